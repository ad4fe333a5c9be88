"""Components and frame of the readers' pages, for templates in Django's language."""

from typing import Any

from django import template
from django.template import engines
from django.utils.safestring import SafeString

from portal.frame import header_for

register = template.Library()


@register.simple_tag
def component(name: str, **arguments: Any) -> SafeString:
    """Print a macro of ``templates/jinja2/components/``, named ``file.macro``."""
    file, _, macro = name.partition(".")
    template: Any = engines["jinja2"].get_template(f"components/{file}.html")
    return SafeString(getattr(template.template.module, macro)(**arguments))


@register.simple_tag(takes_context=True)
def header(context: dict[str, Any]) -> SafeString:
    """Print the header as the reader of the page gets it."""
    return header_for(context["request"], context.get("current_entry", ""))
