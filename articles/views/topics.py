"""Topics, and the list of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from articles.models import Topic
from correspondents.public_pages import public_page

MOST = 200


@public_page()
def index(request: HttpRequest) -> HttpResponse:
    """Show every topic that readers may open."""
    topics = Topic.objects.shown().select_related("picture")[:MOST]
    return render(request, "articles/topics.html", {"topics": topics})


@public_page()
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one topic, block by block; empty blocks are left out."""
    found = get_object_or_404(Topic.objects.shown().select_related("picture"), slug=slug)
    blocks = [(block, block.articles()) for block in found.blocks.all()]
    context = {
        "topic": found,
        "blocks": [(block, articles) for block, articles in blocks if articles],
        "others": Topic.objects.shown().exclude(pk=found.pk)[:6],
    }
    return render(request, "articles/topic.html", context)
