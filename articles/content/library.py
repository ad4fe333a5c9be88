"""The picture library 图库 — what the newsroom knows of a picture, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from articles.content.base_article import BaseArticle
from articles.content.edition import PublicQuerySet, PublicThing
from articles.content.image import ArticleImage
from articles.content.topic import Topic
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Organisation, Upload
from correspondents.typed import DayField, LineField, SentenceField

# The words that a picture keeps and that an article may say otherwise.
WORDS = ("caption", "photographer", "alt")
LEAST_CUT = 10


@dataclass
class Replaced:
    """What became of replacing a picture everywhere: articles changed at once, those whose
    working copies were changed (readers see it after its readings), those left with the reason,
    how many were left that this person does not know of, and the number of topics.
    """

    changed: list[BaseArticle] = field(default_factory=list)
    copies: list[BaseArticle] = field(default_factory=list)
    left: list[tuple[BaseArticle, str]] = field(default_factory=list)
    unknown: int = 0
    topics: int = 0


class LibraryQuerySet(PublicQuerySet):
    def keep(self, image: ArticleImage) -> LibraryPicture:
        """Take a picture of an article into the library with its words; those there stay."""
        article = image.article
        day = timezone.localdate(article.published_at) if article.published_at else None
        unit = next((row.organisation_id for row in article.bylines.all()), None)
        words = {name: getattr(image, name) for name in WORDS}
        picture, made = self.get_or_create(
            upload_id=image.upload_id,
            defaults={**words, "day": day or timezone.localdate(), "organisation_id": unit},
        )
        missing = [name for name, value in words.items() if value and not getattr(picture, name)]
        if not made and missing:
            for name in missing:
                setattr(picture, name, words[name])
            picture.save(update_fields=missing)
        return picture

    def keep_all_of(self, article: BaseArticle) -> None:
        """Take the pictures of an article that has become public into the library."""
        for image in article.images.select_related("article"):
            self.keep(image)


class LibraryPicture(PublicThing):
    """One picture of the library. The desk may see it whatever it is used for."""

    IN_TEXTS = False  # articles print their own rows of pictures

    upload = models.OneToOneField(
        Upload, verbose_name="图片", on_delete=models.PROTECT, related_name="library"
    )
    caption = SentenceField("图片说明", max_length=200, blank=True)
    photographer = LineField("拍摄者", max_length=40, blank=True)
    alt = SentenceField(
        "替代文字", max_length=120, blank=True, help_text="给看不见图片的读者，说明画面内容。"
    )
    people = LineField(
        "画面人物", max_length=120, blank=True, help_text="用顿号隔开，供检索，不公开。"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", null=True, blank=True, on_delete=models.SET_NULL
    )
    day = DayField("日期", default=timezone.localdate, db_index=True)
    cropped_from = models.ForeignKey(
        "self", verbose_name="裁剪自", null=True, blank=True, on_delete=models.SET_NULL,
        related_name="crops", editable=False,
    )  # fmt: skip

    objects = LibraryQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "图库图片", "图库"
        ordering = ["-pk"]

    def __str__(self) -> str:
        words = self.caption or self.alt or self.upload.original_name or "没有说明的图片"
        return f"{words}（{self.day:%Y-%m-%d}　图 {self.pk}）"

    def uses(self) -> models.QuerySet[ArticleImage]:
        """Where it stands, working copies included, newest first."""
        rows = ArticleImage.objects.filter(upload_id=self.upload_id)
        return rows.select_related("article__section").order_by("-article_id")

    def topics(self) -> models.QuerySet[Topic]:
        """Topics whose picture it is."""
        return Topic.objects.filter(picture_id=self.upload_id)

    def alike(self) -> list[LibraryPicture]:
        """Other pictures of the library that are the same, or look it; its own crops left out."""
        family = {self.pk, self.cropped_from_id}
        found = LibraryPicture.objects.filter(upload__in=Upload.objects.same_as(self.upload))
        rows = found.select_related("upload").exclude(pk__in=family - {None})
        return [
            row
            for row in rows
            if row.cropped_from_id not in {self.pk, self.cropped_from_id} - {None}
        ]

    def cut_out(self, cut: Sequence[int], *, by: User) -> LibraryPicture:
        """Make a part of it a picture of its own, with its words; it stays as it is itself.

        ``cut``: left, top, right, bottom in percent.
        """
        left, top, right, bottom = cut
        if not (0 <= left < right <= 100 and 0 <= top < bottom <= 100):
            raise StepNotAllowed("裁剪的范围不对：左要小于右，上要小于下，都在 0 到 100 之间。")
        if right - left < LEAST_CUT or bottom - top < LEAST_CUT:
            raise StepNotAllowed(f"裁剪后至少要留下宽、高的 {LEAST_CUT}%。")
        if self.upload.cut is not None:
            raise StepNotAllowed("这张已经是裁剪出来的，请从原图裁剪。")
        with transaction.atomic():
            part = Upload.objects.cut_out(self.upload, cut, owner=by)
            names = (*WORDS, "people", "organisation_id", "day")
            words = {name: getattr(self, name) for name in names}
            return LibraryPicture.objects.create(upload=part, cropped_from=self, **words)

    def replace_everywhere(self, other: LibraryPicture, *, by: User) -> Replaced:
        """Put another picture in its place in every article of this person's, and in topics.

        What readers see is never changed in place: public articles get the new picture on their
        working copy. Captions stay as each article says them.
        """
        if other.pk == self.pk:
            raise StepNotAllowed("请选择另一张图片。")
        if not by.has_perm("articles.change_article"):
            raise StepNotAllowed("您没有修改文章的权限。")
        done = Replaced()
        known = self._known_to(by)
        for article in self._articles():
            try:
                with transaction.atomic():
                    if article.is_released:
                        target = article.open_copy(by=by)
                        if target.replace_picture(self.upload, other.upload, by=by):
                            done.copies.append(target)
                    elif article.replace_picture(self.upload, other.upload, by=by):
                        done.changed.append(article)
            except StepNotAllowed as refusal:
                if article.pk in known:
                    done.left.append((article, str(refusal)))
                else:
                    done.unknown += 1
        if by.has_perm("articles.change_topic"):
            done.topics = self.topics().update(picture=other.upload)
        return done

    def _articles(self) -> list[BaseArticle]:
        """Every article in which it stands; copies after all, since replacing it in a public
        article changes its copy too.
        """
        rows = self._standing().select_related("section")
        return list(rows.order_by(models.F("copy_of").asc(nulls_first=True), "pk"))

    def _known_to(self, user: User) -> set[int]:
        """Those of them that are public or of this person's sections: their titles are no news."""
        rows = self._standing()
        return {row.pk for row in (rows.of_desk(user) | rows.published()).only("pk")}

    def _standing(self) -> Any:
        """Articles that show it as a picture or within the text."""
        articles: Any = ArticleImage._meta.get_field("article").related_model
        within = articles.objects.filter(body__contains=f"/pictures/{self.upload.key}/")
        used = self.uses().order_by().values("article")
        return articles.objects.filter(models.Q(pk__in=used) | models.Q(pk__in=within.values("pk")))


def with_picture_replaced(html: str, old: Upload, new: Upload) -> str:
    """Return a text in which every size of one picture is that of another, in its proportions."""
    address = re.compile(rf"/pictures/{re.escape(old.key)}/(\d+)\.(jpg|webp)")

    def put(found: re.Match[str]) -> str:
        tag = address.sub(lambda m: f"/pictures/{new.key}/{m[1]}.{m[2]}", found[0])
        if not (new.width and new.height):
            return tag
        wide = re.search(r'\bwidth="(\d+)"', tag)
        if wide is None:
            return tag
        tall = max(1, round(int(wide[1]) * new.height / new.width))
        return re.sub(r'\bheight="\d+"', f'height="{tall}"', tag)

    return re.sub(r"<img\b[^>]*>", lambda m: put(m) if address.search(m[0]) else m[0], html)
