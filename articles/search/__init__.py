"""Full-text search: texts are folded, cut into overlapping grams, and found by them.

Nothing here knows a model. :mod:`folding` and :mod:`grams` make the index terms, :mod:`query`
reads what somebody typed, :mod:`ranking` orders and :mod:`snippets` quotes; :mod:`sqlite` and
:mod:`postgres` keep one index each behind the same few functions (:mod:`backend`).

No segmenter: Chinese is written without blanks, a segmenter cuts one text two ways and loses
what it cut otherwise; a word is found by where its characters stand.
"""
