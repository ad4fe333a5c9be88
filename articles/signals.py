"""What articles announce upwards, inside the transaction unless said otherwise."""

from django.dispatch import Signal

# An article became public, or its text was replaced; ``article`` is the instance. Sent by the
# worker once that has committed, again where a receiver has failed: every receiver is repeatable.
article_published = Signal()
# An article is no longer public; ``article`` is the instance. Sent by the worker too.
article_withdrawn = Signal()
# Every app answers with what is to be found of its own, for building the indexes anew: pairs of
# (how many, iterator of (entry, is public)).
findable_asked = Signal()
# What is there to be found of some of them as they are now: ``kind``, ``keys``. Inside a
# transaction; each app answers for its own kind with its rows locked: pairs of (entry, is public)
# of those that are there.
findable_now_asked = Signal()
# Something is to be told of texts that look alike: ``kind``, ``keys``, and the ``user`` who asks
# (``None``: the site itself). Each app answers for its own kind: numbers and what is told.
texts_asked = Signal()
# An article has moved: ``article``, and ``source``, the state it left. Sent inside the
# transaction, by every step.
article_moved = Signal()
# The whole way of ``article`` is to be printed: receivers return rows of (when, who, what, remark).
chain_asked = Signal()
# Who wrote or entered what became an article, by its number ``article``, whatever its bylines say
# now: receivers return the keys of accounts.
writers_asked = Signal()
# The readings that ``section`` asks for are about to change, and have changed. Inside the
# transaction of its saving.
stages_changing = Signal()
stages_changed = Signal()
# A byline of something that may be public was linked to a person.
work_credited = Signal()
