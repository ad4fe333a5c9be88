"""Text as it comes in, is cleaned, compared and set. Knows no model.

``richtext`` is the sanitiser and the only field that holds HTML; ``pasting`` and ``desk_editor`` are ways
in, which account for every word (``accounting``); ``typesetting`` adds what is printed and never stored.
"""
