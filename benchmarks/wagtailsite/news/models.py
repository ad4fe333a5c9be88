"""Home, sections and articles, in the idioms of Wagtail's documentation."""

from django.core.paginator import Paginator
from django.db import models
from wagtail.fields import RichTextField
from wagtail.models import Page

PER_PAGE, PER_SECTION = 20, 6


class HomePage(Page):
    def get_context(self, request):
        sections = SectionPage.objects.child_of(self).live().in_menu()
        blocks = [(section, section.newest()[:PER_SECTION]) for section in sections]
        return super().get_context(request) | {"blocks": blocks}


class SectionPage(Page):
    def newest(self):
        return ArticlePage.objects.child_of(self).live().order_by("-published").defer("body")

    def get_context(self, request):
        page = Paginator(self.newest(), PER_PAGE).get_page(request.GET.get("page"))
        return super().get_context(request) | {"page_obj": page}


class ArticlePage(Page):
    published = models.DateTimeField(db_index=True)
    author = models.CharField(max_length=60)
    body = RichTextField()

    def get_context(self, request):
        siblings = self.get_parent().specific.newest().exclude(pk=self.pk)[:PER_SECTION]
        return super().get_context(request) | {"siblings": siblings}
