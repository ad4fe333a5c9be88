"""The desk's page of one article, and the list of all."""

from __future__ import annotations

import datetime as dt
from typing import Any

from csp.decorators import csp_replace
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html

from articles.admin.captions import settle_captions
from articles.admin.chooser import ChooserPages
from articles.admin.copies import CopyPages
from articles.admin.inlines import (
    ArticleImageInline,
    BylineInline,
    CorrectionInline,
    editable,
)
from articles.admin.layouts import of_layout
from articles.admin.library import tell_alike
from articles.admin.review import ReviewPages
from articles.admin.revisions import RevisionPages
from articles.admin.screen import squares
from articles.admin.sheet import SheetPages
from articles.admin.tools import ToolPages
from articles.admin.typed_form import decided_in, told_in, window_of
from articles.admin.writing import Screen, WritingPages
from articles.content.snapshot import Group, fieldsets
from articles.content.steps import ORDER, SIGN_STEPS
from articles.forms import ArticleForm
from articles.models import (
    ARTICLE,
    SATELLITES,
    Article,
    ArticleImage,
    DeskAssignment,
    DeskDraft,
    LibraryPicture,
    Section,
    found_numbers,
    hints_of,
    readable,
    signature_of,
)
from articles.pages.alike_pages import AlikePages
from articles.search.query import read
from articles.text.desk_editor import EditorPages
from articles.views.reading import page_of
from articles.workflow.wording import remember
from correspondents.lifecycle import Step, StepNotAllowed
from correspondents.lifecycle_admin import LifeCycleAdmin, state_tag
from correspondents.models import Correspondent, Organisation
from correspondents.typed import moment, one_line

FIELDS: dict[Group, Any] = fieldsets()


def _chooses_public(request: HttpRequest) -> bool:
    """Is a public article looked for, of whatever section, as what stands under another one?"""
    return request.path.endswith("/autocomplete/") and request.GET.get("field_name") == "other"


def _names(article: Article, request: HttpRequest) -> bool:
    """Does its byline name this person? Django asks for every row of the form; looked up once."""
    known: dict[int, bool] = request.__dict__.setdefault("named_on", {})
    if article.pk not in known:
        mine = article.bylines.filter(correspondent__user=request.user)  # type: ignore[misc]
        known[article.pk] = mine.exists()
    return known[article.pk]


def _one(request: HttpRequest) -> bool:
    """Is one article opened, with all that stands beside it?"""
    return request.resolver_match is not None and "object_id" in request.resolver_match.kwargs


class WhoseFilter(admin.SimpleListFilter):
    """The own pieces, working copies, and what is scheduled."""

    title = "范围"
    parameter_name = "fanwei"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", "我负责的"), ("copies", "修改稿"), ("timed", "定时发布")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "mine":
            return queryset.filter(responsible_editor=request.user, state__in=ORDER)
        if self.value() == "copies":
            return queryset.filter(copy_of__isnull=False)
        if self.value() == "timed":
            coming = queryset.filter(state="signed", published_at__gt=timezone.now())
            return coming.order_by("published_at")
        return queryset


@admin.register(Article)
class ArticleAdmin(
    WritingPages,
    EditorPages,
    ChooserPages,
    ReviewPages,
    SheetPages,
    ToolPages,
    CopyPages,
    RevisionPages,
    AlikePages,
    LifeCycleAdmin,
):
    form = ArticleForm
    inlines = [BylineInline, ArticleImageInline, CorrectionInline]
    list_display = [
        "piece",
        "section",
        state_tag,
        "responsible_editor",
        "provenance",
        "published_at",
    ]
    list_display_links = None
    list_filter = ["state", WhoseFilter, "section", "origin", "provenance"]
    list_select_related = ["section", "responsible_editor"]
    list_per_page = 50
    actions = ["beside"]
    show_full_result_count = False
    search_fields = ["title"]  # any: it is the index that is asked
    search_help_text = "标题、正文、署名、单位、关键词；整句加引号。"
    date_hierarchy = None
    autocomplete_fields = ["responsible_editor", "series"]
    readonly_fields = [
        "body_as_read",
        "state",
        "provenance",
        "created_by",
        "first_published_at",
        "published_at",
    ]
    fieldsets = [
        (Group.TEXT, {"fields": ["opened_revision", *FIELDS[Group.TEXT], "proof_correction"]}),
        (Group.SUMMARY, {"fields": ["tags", *FIELDS[Group.SUMMARY]]}),
        (Group.PLACE, {"fields": FIELDS[Group.PLACE]}),
        (Group.SOURCE, {"fields": FIELDS[Group.SOURCE]}),
        (
            Group.RELEASE,
            {
                "fields": [
                    ("state", "provenance", "created_by"),
                    ("first_published_at", "published_at"),
                    *FIELDS[Group.RELEASE],
                ]
            },
        ),
    ]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """What the layout asks for; corrections only where readers have seen what is corrected."""
        rows = super().get_inlines(request, obj)
        seen = obj is not None and obj.first_published_at is not None
        return of_layout(obj, [row for row in rows if seen or row is not CorrectionInline])

    @admin.display(description="标题", ordering="title")
    def piece(self, article: Article) -> str:
        """The title leads to the page of reading; a working copy says so."""
        mark = (
            format_html(' <span class="tag tag--blue">{}</span>', "修改稿")
            if article.copy_of_id
            else ""
        )
        address = reverse("admin:articles_article_review", args=[article.pk])
        return format_html('<a href="{}"><b>{}</b></a>{}', address, article.title, mark)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Article]:
        articles: Any = super().get_queryset(request)
        if _chooses_public(request):
            return articles.published()
        if request.path.endswith("/autocomplete/"):
            articles = articles.filter(copy_of=None)
        articles = articles.of_desk(request.user).prefetch_related("tags")
        beside = ("section", "genre", "responsible_editor", *SATELLITES)
        return articles.select_related(*beside) if _one(request) else articles

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What readers see is never edited in place, nor a piece by the one who wrote it."""
        allowed = super().has_change_permission(request, obj) and editable(obj)
        return allowed and not (obj is not None and _names(obj, request))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "section":
            kwargs["queryset"] = Section.objects.of_desk(request.user)  # type: ignore[arg-type]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.action(description="两篇并排看")
    def beside(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Open two chosen pieces side by side."""
        two = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
        if len(two) != 2:
            messages.warning(request, "请正好勾选两篇。")
            return None
        return HttpResponseRedirect(reverse("admin:articles_article_beside", args=two))

    # --- saving -----------------------------------------------------------------------------

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Keep the content as it was before this save."""
        found = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "GET":
            found.look_later()
        if found is not None and request.method == "POST":
            request.content_before = found.content()  # type: ignore[attr-defined]
            named = decided_in(request)
            request.hints_before = hints_of(found) if named else []  # type: ignore[attr-defined]
        return found

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
            obj.responsible_editor = obj.responsible_editor or request.user
            obj.editor_name = obj.editor_name or signature_of(request.user, obj.origin)  # type: ignore[arg-type]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        article, state = form.instance, form.instance.state
        proof = form.cleaned_data.get("proof_correction", False)
        everybody = one_line(request.POST.get("_photographer", ""))[:40]
        if proof and (everybody or any(formset.has_changed() for formset in formsets)):
            messages.warning(request, "署名或图片也有改动，这次按普通修改保存。")
            proof = False
        for row in article.bylines.nameless().filter(correspondent__isnull=False):
            row.fill()  # rows from before: a form that was not touched does not save them
            row.save()
        self._credit(request, article)
        if everybody:
            article.images.filter(photographer="").update(photographer=everybody)
        if not proof:  # which changes a few characters of the text, and no row
            settle_captions(article, getattr(request, "content_before", {}))
        self._into_library(request, formsets)
        before = getattr(request, "content_before", None) if change else None
        article.settle_edit(by=request.user, before=before, proof_correction=proof)
        self._remember_hints(request, article)
        saved_for = article if change else None
        mine = DeskDraft.objects.of(saved_for, request.user)  # type: ignore[arg-type]
        mine.filter(window__in=["", window_of(request)]).delete()  # not what another window holds
        if article.state != state:
            messages.warning(
                request, f"您的改动在审读之后，文章退到“{article.get_state_display()}”重新审读。"
            )

    @staticmethod
    def _remember_hints(request: HttpRequest, article: Article) -> None:
        """Keep what was decided about hints while the text was written, now that it is saved."""
        sent = [one.partition(":") for one in decided_in(request)]
        user: Any = request.user
        remember(
            article,
            getattr(request, "hints_before", []),
            accepted={
                key.partition(":")[0]: told_in(key) for deed, _, key in sent if deed == "accept"
            },
            ignored={key for deed, _, key in sent if deed == "ignore"},
            by=user,
        )

    @staticmethod
    def _into_library(request: HttpRequest, formsets: Any) -> None:
        """A picture that the desk uploads is in its library at once, and compared with it."""
        for formset in formsets:
            for row in formset.forms if formset.model is ArticleImage else []:
                sent = getattr(row, "cleaned_data", {})
                if row.instance.pk and (sent.get("file") or sent.get("kept")):
                    tell_alike(request, LibraryPicture.objects.keep(row.instance))

    @staticmethod
    def _credit(request: HttpRequest, article: Article) -> None:
        """Link bylines to the registry where name and unit leave no doubt; else say who it may be.

        A byline linked by hand gets the unit of its day.
        """
        for row in article.bylines.filter(organisation=None).exclude(correspondent=None):
            row.credit(row.correspondent)  # type: ignore[arg-type]
        for row in article.bylines.filter(correspondent=None).exclude(name=""):
            people = Correspondent.objects.who_signed(row.name, row.unit_text, row.day)
            known = bool(row.unit_text) and Organisation.objects.resolve(row.unit_text) is not None
            if len(people) == 1 and known:
                row.credit(people[0])
                messages.info(request, f"署名“{row}”已对应到通讯员档案：{people[0]}。")
            elif people:
                names = "、".join(
                    f"{person} {person.number or ''}".strip() for person in people[:5]
                )
                messages.warning(request, f"署名“{row}”可能是：{names}。请在署名里选定。")

    # --- steps ------------------------------------------------------------------------------

    def arguments(self, request: HttpRequest, row: Step) -> dict[str, Any]:
        arguments = super().arguments(request, row)
        if row.name == "schedule":
            arguments["at"] = self._time(request.POST.get("_at", ""))
        if row.name in SIGN_STEPS.values() and request.POST.get("_override"):
            arguments["override"] = True
        return arguments

    @staticmethod
    def _time(text: str) -> dt.datetime:
        try:
            return moment(text)
        except ValueError as error:
            raise StepNotAllowed("请填写定时发布的日期和时间。") from error

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Everything in every state that has the words: the newest thousand."""
        query = read(search_term)
        if not query.terms:
            return queryset, False
        user: Any = request.user
        limited = not _chooses_public(request)
        sections = DeskAssignment.objects.sections_of(user) if limited else []
        return queryset.filter(pk__in=found_numbers(query, ARTICLE, sections)), False

    # --- likely the same -----------------------------------------------------------------------

    change_form_template = "admin/articles/article/change_form.html"

    def words_of(self, noun: Article) -> tuple[str, str]:
        return noun.title, readable(noun)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        noun = kwargs.get("obj")
        context |= {"screen": Screen.of(context), **self.writing_context(request, context, noun)}
        if noun is not None:
            context |= {
                "article": noun,
                "squares": squares(noun),
                "readings": noun.readings.select_related("signed_by"),
                "own_address": reverse("admin:articles_article_change", args=[noun.pk]),
                "working_copy": noun.copy,
                "may_copy": noun.is_released and request.user.has_perm("articles.change_article"),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    # --- preview ----------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.preview_view)
        own = path("<int:pk>/preview/", view, name="articles_article_preview")
        return [own, *super().get_urls()]

    @method_decorator(csp_replace({"frame-ancestors": ["'self'"]}))
    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show an article as readers will see it, whatever its state; for the desk alone."""
        article = self.article_of(request, pk)
        context = page_of(article, preview=True)
        response = render(request, "articles/article_detail.html", context)
        # The page of widths shows it in frames of ours.
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response

    def view_on_site(self, obj: Article) -> str:
        """Public articles open on the site, others as a preview."""
        if obj.is_public:
            return obj.get_absolute_url()
        return reverse("admin:articles_article_preview", args=[obj.pk])
