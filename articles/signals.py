"""What articles announce upwards, on commit."""

from django.dispatch import Signal

# An article became public; ``article`` is the instance. Sent once for each publication.
article_published = Signal()
# An article is no longer public; ``article`` is the instance.
article_withdrawn = Signal()
