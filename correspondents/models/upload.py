"""Uploaded files: the original kept privately, the sizes made by the worker."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone

from correspondents.keeping_files import delete_files
from correspondents.merging import references
from correspondents.models.upload_manager import UploadManager
from correspondents.rendering import render_sandboxed
from correspondents.signals import picture_ready
from correspondents.tasks import task
from correspondents.uploads import (
    DOCUMENTS,
    WIDTHS,
    BadUpload,
    render,
)


def new_key() -> str:
    """Return our own name for a file: 22 characters that cannot be guessed."""
    return secrets.token_urlsafe(16)


def original_path(upload: Upload, name: str) -> str:
    """Return where the original goes; nothing of the sender's file name is used."""
    return f"originals/{timezone.localtime():%Y/%m}/{upload.key}.{upload.ending}"


class Upload(models.Model):
    """One file somebody sent. Who may see it is decided by what it is attached to."""

    class State(models.TextChoices):
        WAITING = "waiting", "正在处理"
        READY = "ready", "可用"
        FAILED = "failed", "无法处理"

    key = models.CharField(max_length=30, unique=True, default=new_key, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    original = models.FileField("原图", upload_to=original_path, max_length=120)
    original_name = models.CharField("文件名", max_length=150, blank=True)
    bytes = models.PositiveIntegerField("字节数")
    sha256 = models.CharField(max_length=64, db_index=True)
    content_type = models.CharField(max_length=80)
    ending = models.CharField(max_length=5)
    width = models.PositiveIntegerField("宽", default=0)
    height = models.PositiveIntegerField("高", default=0)
    looks = models.CharField(max_length=16, blank=True, editable=False)
    # The part of the original that is shown: left, top, right, bottom in percent; none for all.
    cut = models.JSONField(null=True, editable=False)
    # What a cropped place must not lose, in percent of width and height; none: as usual.
    focus_x = models.PositiveSmallIntegerField("焦点横向", null=True, blank=True)
    focus_y = models.PositiveSmallIntegerField("焦点纵向", null=True, blank=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    failure = models.CharField("原因", max_length=200, blank=True)
    # What of a picture that is shown is not shown.
    remark = models.CharField("说明", max_length=200, blank=True, editable=False)
    # [{"width": 480, "height": 300, "format": "jpg", "path": "pictures/.."}, ...], by width
    renditions = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField("上传时间", default=timezone.now, editable=False)

    objects = UploadManager()

    class Meta:
        verbose_name = verbose_name_plural = "上传的图片"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.original_name or self.key

    @property
    def is_ready(self) -> bool:
        """Are its sizes made?"""
        return self.state == self.State.READY

    @property
    def is_document(self) -> bool:
        """Is it kept as it came, without sizes?"""
        return self.ending in DOCUMENTS

    @property
    def is_small(self) -> bool:
        """Is the long side under the hint (phones send 900 px; it is no reason to refuse)?"""
        return max(self.width, self.height) < settings.PICTURE_HINT_PIXELS

    @property
    def focus(self) -> tuple[int, int]:
        """The point a crop keeps, in percent: the one that was set, or the middle; of an upright
        picture the upper third, where the faces are.
        """
        usual = 33 if self.height > self.width else 50
        return (
            50 if self.focus_x is None else self.focus_x,
            usual if self.focus_y is None else self.focus_y,
        )

    @property
    def focus_class(self) -> str:
        """The classes that keep the focus in sight; empty for the middle. In tenths: styles
        written into a page are forbidden there.
        """
        x, y = (round(value / 10) for value in self.focus)
        return "" if (x, y) == (5, 5) else f"fx-{x} fy-{y}"

    def save_and_ask(self) -> None:
        """Save the row and ask the worker for the sizes, both or neither."""
        with transaction.atomic():
            self.save()
            make_sizes.enqueue(self.pk)

    def make_sizes(self, *, sandboxed: bool = False) -> None:
        """Make every size from the original; say so in ``failure`` when it cannot be read.

        The worker does it ``apart``, in a process with limits; commands make their own pictures.

        Safe to repeat: a second run replaces what the first one wrote. What stands against it for
        a time (a full disk) is raised.
        """
        made: list[dict[str, Any]] = []
        storage = self.original.storage
        try:
            with self.original.open("rb") as file:
                make = render_sandboxed if sandboxed else render
                seen, sizes = make(file, self.cut)
                for size in sizes:
                    path = f"pictures/{self.key[:2]}/{self.key}-{size.width}.{size.format}"
                    storage.delete(path)
                    storage.save(path, ContentFile(size.data))
                    made.append(
                        {
                            "width": size.width,
                            "height": size.height,
                            "format": size.format,
                            "bytes": len(size.data),
                            "path": path,
                        }
                    )
        except BadUpload as refusal:
            self.give_up(str(refusal))
            return
        self.width, self.height, self.looks = seen.width, seen.height, seen.looks
        self.remark = seen.remark
        self.renditions = made
        self.state, self.failure = self.State.READY, ""
        names = ("width", "height", "looks", "remark", "renditions", "state", "failure")
        here = Upload.objects.filter(pk=self.pk)
        if not here.update(**{name: getattr(self, name) for name in names}):
            for row in made:  # it was taken out meanwhile: nothing names them any more
                storage.delete(row["path"])
            return
        picture_ready.send(sender=Upload, upload=self)

    def give_up(self, reason: str) -> None:
        """Say why there will be no sizes; the original stays."""
        waiting = Upload.objects.filter(pk=self.pk, state=self.State.WAITING)
        if waiting.update(state=self.State.FAILED, failure=reason[:200]):
            self.state, self.failure = self.State.FAILED, reason[:200]

    def remove(self) -> bool:
        """Delete the row, and have the worker delete its files.

        False when something else still shows the file: then it stays.
        """
        paths = [self.original.name, *(size["path"] for size in self.renditions)]
        try:
            with transaction.atomic():
                self.delete()
                delete_files.enqueue(paths)
        except models.ProtectedError:
            return False
        return True

    def remove_unless_used(self) -> None:
        """Delete it where nothing shows it."""
        shown = (
            model._default_manager.filter(**{field: self}).exists()
            for model, field in references(Upload, single=True)
        )
        if not any(shown):
            self.remove()

    def path_of(self, width: int, format: str) -> str | None:
        """Return the stored path of one size, or ``None``.

        A text names a usual width before the sizes are made; a smaller picture answers with the
        largest it has.
        """
        sizes = [size for size in self.renditions if size["format"] == format]
        for size in sizes:
            if size["width"] == width:
                return size["path"]
        if width in WIDTHS and sizes and sizes[-1]["width"] < width:
            return sizes[-1]["path"]
        return None


@task()
def make_sizes(upload_id: int) -> str:
    """Make the sizes of one uploaded picture in the worker; return its state. Repeatable."""
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None:  # taken out again meanwhile
        return ""
    try:
        upload.make_sizes(sandboxed=True)
    except OSError:
        if Upload.objects.filter(pk=upload_id).exists():
            raise
        return ""  # taken out while it was made, with its file
    return upload.state
