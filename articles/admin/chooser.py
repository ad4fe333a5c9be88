"""Choosing pictures for a piece: a page of its own, which puts what is chosen into what is being typed."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from articles.admin.choices import DAYS, Choice, found_in, of_library, own_of
from articles.admin.drafts import DraftPages
from articles.admin.library import tell_alike
from articles.admin.typed_form import has_arrived, typed_in
from articles.models import Article, ArticleImage, DeskDraft, LibraryPicture
from articles.text.placing import figure_of, placed_after
from correspondents.models import Upload
from correspondents.numbers import whole_number
from correspondents.typed import one_line, sentence
from correspondents.uploads import BadUpload

MOST, MOST_LOOKED_AT = 20, 200


class ChooserPages(DraftPages):
    """Adds the page."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("pictures/", wrap(self.pictures_view), name="articles_article_pictures_new"),
            path("<int:pk>/pictures/", wrap(self.pictures_view), name="articles_article_pictures"),
        ]
        return [*own, *super().get_urls()]

    def pictures_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Show pictures to choose from; by POST keep what was typed, find, upload, or place them."""
        if not request.user.has_perm("articles.view_librarypicture"):
            raise PermissionDenied
        article = self.article_of(request, pk, to_change=True) if pk else None
        if article is None and not self.has_add_permission(request):
            raise PermissionDenied
        user: Any = request.user
        if awaited := request.GET.get("zhunbei", ""):
            return JsonResponse({"ready": _are_ready(awaited)})
        typed = typed_in(request) if request.method == "POST" else {}
        if typed:
            typed |= self._files_of_rows(request, user)
            if refusal := self.keep_typed(request, article, typed):
                messages.error(request, refusal)
                return HttpResponseRedirect(_form_of(article))
        response = self._answer(request, article, fresh=bool(typed))
        return has_arrived(request, response, pk) if typed else response

    def _answer(
        self, request: HttpRequest, article: Article | None, *, fresh: bool
    ) -> HttpResponse:
        """Do what was asked; ``fresh``: what is being typed came with this very request."""
        user: Any = request.user
        chosen = self._chosen(request, article)
        deed = request.POST.get("do", "")
        if deed == "upload":
            taken = self._upload(request, user)
            if request.headers.get("Accept", "").startswith("application/json"):
                return JsonResponse({"chosen": [one.key for one in taken]})
            chosen += taken
        if deed not in ("place", "add"):
            return self._page(request, article, chosen)
        chosen += self._upload(request, user) if request.FILES.getlist("files") else []
        draft = DeskDraft.objects.of(article, user).first()
        if not chosen:
            messages.error(request, "还没有选图片。")
        elif len(chosen) > MOST:
            messages.error(request, f"一次最多放 {MOST} 张，这次选了 {len(chosen)} 张。")
        elif draft is not None and draft.taken_by_id is not None:
            messages.error(request, "同事已接手这篇文章，图片没有放进去。")
        elif not fresh and request.POST.get("gao", "") != _token(draft):
            messages.warning(request, "选图的时候，这篇稿子在别的窗口又改过；还要放，请再点一次。")
        elif article is not None and draft is not None and draft.data and draft.opened_revision != article.revision:  # fmt: skip
            messages.error(request, "您打开之后别人保存过这篇文章，请先回到稿子保存，再放图片。")
        else:
            block, figures = _block(request), deed == "place"
            self._place(article, user, chosen, block, figures=figures)
            at = f"&duan={block}" if figures and block is not None else ""
            return HttpResponseRedirect(f"{_form_of(article)}?huifu=1{at}")
        return self._page(request, article, chosen)

    @staticmethod
    def _files_of_rows(request: HttpRequest, user: User) -> dict[str, str]:
        """Keep files that were chosen in rows of the form: their keys, as the form itself keeps them."""
        found = {}
        for name, file in request.FILES.items():
            if (row := re.fullmatch(r"(images-\d{1,3})-file", name)) is None:
                continue
            try:
                found[f"{row[1]}-kept"] = Upload.objects.accept(file, owner=user).key
            except BadUpload as refusal:
                messages.error(request, str(refusal))
        return found

    def _page(
        self, request: HttpRequest, article: Article | None, chosen: list[Choice]
    ) -> HttpResponse:
        data = request.POST if request.method == "POST" else request.GET
        rows, facets, period = found_in(data)
        own, found = own_of(article), [of_library(row) for row in rows]
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": "选图片",
            "article": article,
            "own": own,
            "found": found,
            "facets": facets,
            "period": period,
            "days": [(name, words) for name, (_, words) in DAYS.items()],
            "asked": {name: data.get(name, "")[:100] for name in ("zhao", "ren", "duan")},
            "unused": "meiyong" in data,
            "wide": "hengfu" in data,
            "chosen": chosen,
            "chosen_keys": {one.key for one in chosen},
            "shown_keys": {one.key for one in (*own, *found)},
            "token": _token(DeskDraft.objects.of(article, request.user).first()),  # type: ignore[arg-type]
            "back": f"{_form_of(article)}?huifu=1",
            "may_upload": request.user.has_perm("articles.add_librarypicture"),
        }
        return TemplateResponse(request, "admin/articles/chooser.html", context)

    @staticmethod
    def _chosen(request: HttpRequest, article: Article | None) -> list[Choice]:
        """What is ticked, in the order in which it was, with the words typed for it here."""
        keys = list(dict.fromkeys(request.POST.getlist("xuan")))[:MOST_LOOKED_AT]
        numbers = {key: whole_number(key[1:]) for key in keys if key[:1] in ("i", "l")}
        rows = LibraryPicture.objects.select_related("upload").filter(
            pk__in=[number for key, number in numbers.items() if key[0] == "l" and number]
        )
        there = {choice.key: choice for choice in own_of(article)}
        there |= {f"l{row.pk}": of_library(row) for row in rows}
        found = [there[key] for key in keys if key in there]
        for place, one in enumerate(found, start=1):
            one.order = place
            if f"shuoming-{one.key}" in request.POST:
                one.caption = sentence(request.POST[f"shuoming-{one.key}"])[:200]
                one.photographer = one_line(request.POST.get(f"sheying-{one.key}", ""))[:40]
        return found

    @staticmethod
    def _upload(request: HttpRequest, user: User) -> list[Choice]:
        """Take files into the library; what is refused is told."""
        if not user.has_perm("articles.add_librarypicture"):
            raise PermissionDenied
        found = []
        files = request.FILES.getlist("files")
        if len(files) > MOST:
            messages.warning(
                request, f"一次最多上传 {MOST} 张，后面的 {len(files) - MOST} 张没有收。"
            )
        for file in files[:MOST]:
            try:
                upload = Upload.objects.accept(file, owner=user)
            except BadUpload as refusal:
                messages.error(request, str(refusal))
                continue
            picture, made = LibraryPicture.objects.get_or_create(
                upload=upload, defaults={"day": timezone.localdate()}
            )
            if made:
                tell_alike(request, picture)
            found.append(of_library(picture))
        return found

    @staticmethod
    def _place(
        article: Article | None,
        user: User,
        chosen: list[Choice],
        block: int | None,
        *,
        figures: bool,
    ) -> None:
        """Put pictures among the rows that are being typed, and into the text that is being typed."""
        draft = DeskDraft.objects.of(article, user).first()
        data = dict(draft.data) if draft is not None else {}
        opened = draft.opened_revision if data and draft else article.revision if article else 0
        if "images-TOTAL_FORMS" not in data:
            data |= _rows_of(article)
        uploads = {str(row.pk): row.upload_id for row in article.images.all()} if article else {}
        for one in chosen:
            _put_row(data, one, uploads)
        if figures:
            body = data.get("body", article.body if article else "")
            put = "".join(
                figure_of(one.upload.key, one.caption, one.photographer) for one in chosen
            )
            data["body"] = placed_after(body, block, put)
        window = draft.window if draft is not None else ""
        DeskDraft.objects.keep(article, user, opened, data, window)


def _are_ready(keys: str) -> bool:
    """Are the sizes of these pictures of the library made, or given up?"""
    numbers = [number for key in keys.split(".")[:MOST] if (number := whole_number(key[1:]))]
    rows = LibraryPicture.objects.filter(pk__in=numbers).select_related("upload")
    return all(row.upload.is_ready or row.upload.failure for row in rows)


def _token(draft: DeskDraft | None) -> str:
    """Which state of what is being typed the page has shown."""
    saved = draft.saved_at if draft is not None and draft.data else None
    return saved.isoformat() if saved else ""


def _form_of(article: Article | None) -> str:
    if article is None:
        return reverse("admin:articles_article_add")
    return reverse("admin:articles_article_change", args=[article.pk])


def _block(request: HttpRequest) -> int | None:
    return whole_number(request.POST.get("duan", ""))


def _rows_of(article: Article | None) -> dict[str, str]:
    """The rows of pictures as the form shows them, before anything is typed."""
    images = list(article.images.all()) if article else []
    data = {
        "images-TOTAL_FORMS": str(len(images)),
        "images-INITIAL_FORMS": str(len(images)),
        "images-MIN_NUM_FORMS": "0",
        "images-MAX_NUM_FORMS": "1000",
    }
    plain = [field for field in ArticleImage._meta.concrete_fields if field.name != "upload"]
    for number, image in enumerate(images):
        for field in plain:
            value = getattr(image, field.attname)
            if value not in (None, False):
                data[f"images-{number}-{field.name}"] = "on" if value is True else str(value)
    return data


def _put_row(data: dict[str, str], one: Choice, uploads: dict[str, int]) -> None:
    """Give a picture its row among those typed, or its words to the row that it has.

    ``uploads``: of the rows that are stored, by their keys.
    """
    total = whole_number(data["images-TOTAL_FORMS"]) or 0
    number = next(
        (
            place
            for place in range(total)
            if uploads.get(data.get(f"images-{place}-id", "")) == one.upload.pk
            or (not one.is_own and data.get(f"images-{place}-from_library") == one.key[1:])
        ),
        None,
    )
    if number is None:
        blank = [
            place
            for place in range(total)
            if not any(
                data.get(f"images-{place}-{name}")
                for name in ("id", "kept", "from_library", "caption")
            )
        ]
        number = blank[0] if blank else total
        data["images-TOTAL_FORMS"] = str(max(total, number + 1))
        data[f"images-{number}-from_library"] = one.key[1:]
        data[f"images-{number}-position"] = str(number)
    data[f"images-{number}-caption"] = one.caption
    data[f"images-{number}-photographer"] = one.photographer
    data.setdefault(f"images-{number}-alt", one.alt)
