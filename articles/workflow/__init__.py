"""The article and its way: readings, revisions, working copies, checklist, publication.

``steps`` is the table of steps; ``article`` the noun, whose verbs stand in ``signing``, ``publishing``
and ``editing``; ``chain`` says whether the readings still vouch for the text.
"""
