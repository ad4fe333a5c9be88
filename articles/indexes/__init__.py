"""The two search indexes and what is asked of them: hits, near-duplicates, related articles.

``documents`` says what is put in when a step is taken; :mod:`articles.reindexing` builds all anew
and compares.
The engines stand in :mod:`articles.search` and know no model.
"""
