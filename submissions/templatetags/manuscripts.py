"""What pages about manuscripts need in their templates."""

from __future__ import annotations

from django import template
from django.urls import reverse

register = template.Library()


@register.filter
def private_pictures(html: str) -> str:
    """Let the pictures of a text come from the address that asks who may see a manuscript."""
    there = reverse("submissions:picture", args=["KEY", 768, "jpg"]).split("KEY")[0]
    public = reverse("articles:picture", args=["KEY", 768, "jpg"]).split("KEY")[0]
    return html.replace(f'src="{public}', f'src="{there}')
