"""Saving while somebody types, telling who else has a piece open, and taking it over."""

from __future__ import annotations

import contextlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import path, reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from articles.admin.pages import ArticlePages
from articles.admin.typed_form import (
    DECIDED,
    KEPT,
    ROW,
    decided_in,
    typed_content,
    typed_in,
    window_of,
)
from articles.models import Article, DeskDraft
from articles.pages.versions import compared, side_by_side, version_of
from articles.text.richtext import clean
from correspondents.lifecycle import record
from correspondents.numbers import whole_number
from correspondents.typed import moment

# What a form sends to be kept is a text with its head, not a file.
MOST_KEPT = 600_000


def name_of(user: User) -> str:
    """Return what colleagues call somebody."""
    return user.get_full_name() or user.get_username()


class DraftPages(ArticlePages):
    """Adds autosave, the notice of who else is there, and taking over."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("autosave/", wrap(self.autosave_view), name="articles_article_autosave_new"),
            path("<int:pk>/autosave/", wrap(self.autosave_view), name="articles_article_autosave"),
            path("<int:pk>/takeover/", wrap(self.takeover_view), name="articles_article_takeover"),
            path("<int:pk>/discard-draft/", wrap(self.forget_view), name="articles_article_forget"),
            path("discard-draft/", wrap(self.forget_view), name="articles_article_forget_new"),
        ]
        return [*own, *super().get_urls()]

    def _article(self, request: HttpRequest, pk: int | None) -> Article | None:
        """The piece that is edited; refuses whoever may not edit it, and anything but POST."""
        if request.method != "POST":
            raise PermissionDenied
        if pk is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        return self.article_of(request, pk, to_change=True)

    def autosave_view(self, request: HttpRequest, pk: int | None = None) -> JsonResponse:
        """Keep what is typed, and tell what happened to the piece meanwhile.

        What comes from somebody who may not write any more, because a colleague has taken the piece over or
        it has gone on, is kept in its history.
        """
        if request.method != "POST":
            raise PermissionDenied
        article = self.article_of(request, pk) if pk else None
        if not (
            self.has_change_permission(request) if article else self.has_add_permission(request)
        ):
            raise PermissionDenied
        user = request.user
        assert isinstance(user, User)  # noqa: S101 -- the admin lets nobody else in
        opened = whole_number(request.POST.get("opened_revision", "")) or 0
        if article is not None and (taken := _taker(article, user)):
            self._keep_aside(request, article, f"由{taken}接手以后送到")
            return JsonResponse({"taken": taken})
        if article is not None and not self.has_change_permission(request, article):
            if not DeskDraft.objects.of(article, user).exists():
                raise PermissionDenied
            self._keep_aside(request, article, "送到时文章已不能修改")
            DeskDraft.objects.of(article, user).delete()
            words = "文章现在不能修改，您没有保存的文字在“修订”里。"
            return JsonResponse({"closed": words})
        data = typed_in(request)
        told: dict[str, Any] = {}
        if data and (failed := self.keep_typed(request, article, data)):
            told["failed"] = failed
        elif data:
            told["saved"] = f"{timezone.localtime():%H:%M}"
        elif article is not None:
            DeskDraft.objects.see(article, user)
        if article is not None:
            told["others"] = [
                {"name": name_of(row.user), "typed": bool(row.data)}
                for row in DeskDraft.objects.others(article, user)
            ]
            told["newer"] = article.revision != opened
        return JsonResponse(told)

    @staticmethod
    def _keep_aside(request: HttpRequest, article: Article, note: str) -> None:
        user: Any = request.user
        if data := typed_in(request):
            article.save_conflict(typed_content(article, data), by=user, note=note)

    def keep_typed(
        self, request: HttpRequest, article: Article | None, data: dict[str, str]
    ) -> str:
        """Keep what a form carries (:func:`typed_in`); return why not, empty where it is kept."""
        user: Any = request.user
        if article is not None and (taken := _taker(article, user)):
            self._keep_aside(request, article, f"由{taken}接手以后送到")
            return f"{taken}已接手这篇文章，您没有保存的文字在“修订”里。"
        if sum(map(len, data.values())) > MOST_KEPT:
            return "文字太长，没有自动保存，请点“保存”。"
        opened, window = (
            whole_number(request.POST.get("opened_revision", "")) or 0,
            window_of(request),
        )
        mine = DeskDraft.objects.of(article, user).exclude(data={}).first()
        if mine is not None and mine.window != window and mine.data != data:
            if article is None:
                return "您在另一个窗口也在写新文章，这里的文字存在这台电脑上；请先保存那一篇。"
            other = typed_content(article, mine.data)
            article.save_conflict(
                other, by=user, note="在另一个窗口打的，没有保存", at=mine.saved_at
            )
        DeskDraft.objects.keep(article, user, opened, data, window)
        return ""

    def takeover_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a piece over; what the others had typed stays in its history."""
        article, user = self._article(request, pk), request.user
        assert article is not None and isinstance(user, User)  # noqa: S101 -- has a number
        with transaction.atomic():
            rows = list(DeskDraft.objects.others(article, user).select_for_update(of=("self",)))
            for row in rows:
                if row.data:
                    article.save_conflict(
                        typed_content(article, row.data),
                        by=row.user,
                        note=f"由{name_of(user)}接手时还没有保存",
                        at=row.saved_at,
                    )
                row.data, row.taken_by = {}, user
                row.save(update_fields=["data", "taken_by"])
            if rows:
                names = "、".join(name_of(row.user) for row in rows)
                record(article, "taken_over", by=user, note=f"接手自{names}")
                messages.success(
                    request, f"已接手。{names}没有保存的文字在“修订”里，可以对照和恢复。"
                )
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))

    def forget_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Throw the own unsaved words away."""
        article, user = self._article(request, pk), request.user
        assert isinstance(user, User)  # noqa: S101 -- the admin lets nobody else in
        DeskDraft.objects.of(article, user).delete()
        if article is None:
            return HttpResponseRedirect(reverse("admin:articles_article_add"))
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """With ``huifu`` in the address the form begins with the own unsaved words."""
        form = super().get_form(request, obj, change=change, **kwargs)
        draft = self.restored(request, obj)
        kept = {} if draft is None else {**draft.data, "opened_revision": draft.opened_revision}
        if "body" in kept:
            kept["body"] = clean(kept["body"])
        if kept.keys() >= {
            "expires_at_0",
            "expires_at_1",
        }:  # a day and a time, each in a box of its own
            with contextlib.suppress(ValueError):
                kept["expires_at"] = moment(f"{kept['expires_at_0']} {kept['expires_at_1']}")
        return type(form.__name__, (form,), {"kept": kept})

    @staticmethod
    def restored(request: HttpRequest, obj: Any) -> DeskDraft | None:
        """The own unsaved words that the form is to begin with; looked up once."""
        if request.method != "GET" or "huifu" not in request.GET:
            return None
        known: dict[str, Any] = request.__dict__.setdefault("restored_draft", {})
        if not known:
            user: Any = request.user
            known["draft"] = DeskDraft.objects.of(obj, user).exclude(data={}).first()
        return known["draft"]  # type: ignore[no-any-return]

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """Rows begin with what was typed too, while those stored are the ones it was typed over."""
        facts: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        draft = self.restored(request, obj if obj.pk else None)
        if draft is None or f"{prefix}-TOTAL_FORMS" not in draft.data:
            return facts
        if draft.opened_revision != obj.revision:
            if not request.__dict__.setdefault("rows_told", False):
                request.__dict__["rows_told"] = True
                messages.warning(
                    request, "您打开之后别人保存过，署名、图片等各行没有恢复，请对照着补上。"
                )
        else:
            rows = QueryDict(mutable=True)
            rows.update({name: draft.data[name] for name in draft.data if ROW.fullmatch(name)})
            facts["data"] = rows
        return facts

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article, user = kwargs.get("obj"), request.user
        assert isinstance(user, User)  # noqa: S101 -- the admin lets nobody else in
        if self.has_change_permission(request, article):
            context |= self._draft_context(request, article, user)
            if article is not None and _is_stale(context["adminform"].form):
                context |= self._clash(article, context["adminform"].form, user)
        return super().render_change_form(request, context, *args, **kwargs)

    @staticmethod
    def _draft_context(request: HttpRequest, article: Article | None, user: User) -> dict[str, Any]:
        open_here = DeskDraft.objects.filter(article=article).select_related("user")
        rows = list(open_here if article is not None else open_here.filter(user=user))
        draft = next((row for row in rows if row.user_id == user.pk and row.data), None)
        restored = draft if "huifu" in request.GET else None
        own: dict[str, Any] = {
            "window": restored.window if restored else window_of(request) or get_random_string(16),
            "decided_hints": decided_in(request)
            or (restored.data if restored else {}).get(DECIDED, "").split(),
            "draft": draft if request.method == "GET" and "huifu" not in request.GET else None,
            "autosave": reverse("admin:articles_article_autosave_new"),
            "forget": reverse("admin:articles_article_forget_new"),
        }
        if article is None:
            return own
        if request.method == "GET":
            DeskDraft.objects.see(article, user)
        return own | {
            "others": [(name_of(row.user), row) for row in rows if row.is_there(user)],
            "autosave": reverse("admin:articles_article_autosave", args=[article.pk]),
            "forget": reverse("admin:articles_article_forget", args=[article.pk]),
            "takeover": reverse("admin:articles_article_takeover", args=[article.pk]),
        }

    @staticmethod
    def _clash(article: Article, form: Any, user: User) -> dict[str, Any]:
        """Keep what met a newer text, and show both beside each other."""
        now = Article.objects.get(pk=article.pk)
        typed = typed_content(now, {name: form.data.get(name, "") for name in KEPT})
        saved = now.revisions.filter(number=now.revision).select_related("created_by").first()
        who = name_of(saved.created_by) if saved and saved.created_by else "其他编辑"
        kept = now.save_conflict(typed, by=user, note=f"保存时{who}已先保存")
        told = compared(version_of(now.content()), version_of(typed))
        return {
            "clash": told,
            "clash_rows": side_by_side(told["body"]),
            "clash_by": who,
            "clash_at": saved and saved.created_at,
            "clash_kept": kept,
            "clash_number": now.revision,
        }


def _taker(article: Article, user: User) -> str:
    """Who has taken the piece over from this person; empty for nobody."""
    mine = DeskDraft.objects.of(article, user).select_related("taken_by").first()
    return name_of(mine.taken_by) if mine is not None and mine.taken_by is not None else ""


def _is_stale(form: Any) -> bool:
    return any(error.code == "stale" for error in form.errors.as_data().get(NON_FIELD_ERRORS, []))
