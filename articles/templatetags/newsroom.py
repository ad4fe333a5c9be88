"""What templates in Django's language say of articles."""

from django import template

from articles.pages.presentation import stamp

register = template.Library()
register.filter(stamp)
