"""What templates in Django's language say of articles."""

from django import template

from articles.presentation import stamp

register = template.Library()
register.filter(stamp)
