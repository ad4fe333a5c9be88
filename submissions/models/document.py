"""Files sent with a manuscript: the Word file it is read from, and what is kept as it came."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone

from articles.text.richtext import to_text
from correspondents.models import Upload
from correspondents.tasks import task
from correspondents.uploads import BadUpload
from submissions import converter, word
from submissions.converter import CONVERTED
from submissions.models.byline import ManuscriptByline
from submissions.models.copy import DraftCopy
from submissions.models.picture import ManuscriptPicture
from submissions.sandbox import convert_sandboxed
from submissions.word import BadDocument, Converted

MOST = 6
KEPT = "已作为附件保存，编辑可以下载。请把正文粘贴到下面，或另存为 .docx 再上传，可以自动带入。"
LATER = "Word 稿没有读出来，请稍后重新上传，或把正文粘贴到下面的框里。原文件已保留。"


class DocumentManager(models.Manager["Document"]):
    def accept(self, file: Any, owner: Any) -> Upload:
        """Store a file that comes with a manuscript; raise ``BadUpload`` when it is refused."""
        try:
            word.inspect(file)
        except BadDocument as refusal:
            raise BadUpload(str(refusal)) from refusal
        file.seek(0)
        upload = Upload.objects.accept(file, owner=owner, office=True)
        if not upload.is_document:
            upload.remove()
            raise BadUpload(f"“{upload.original_name}”是图片，请在“配图”里上传。")
        return upload

    def attach(self, upload: Upload, manuscript: Any) -> Document:
        """Put a stored file onto a manuscript, the same one once; ``BadUpload`` where it is too much.

        A .docx is read by the worker, and so are .doc, .wps, .rtf and .odt where they can be made
        .docx; else they are kept as they came, with a sentence that asks for .docx. So is .pdf. The manuscript is locked by the caller's transaction.
        """
        rows = self.filter(manuscript=manuscript)
        if there := rows.filter(upload__sha256=upload.sha256).first():
            return there
        if rows.count() >= MOST:
            raise BadUpload(f"每篇稿件最多 {MOST} 个文件，请先删除用不着的。")
        convertible = upload.ending in CONVERTED and converter.is_available()
        is_word = upload.ending == "docx" or convertible
        document = self.create(
            manuscript=manuscript,
            upload=upload,
            kind=Document.Kind.WORD if is_word else Document.Kind.ATTACHMENT,
            standing=Document.Standing.WAITING if is_word else Document.Standing.KEPT,
        )
        if is_word:
            read_document.enqueue(document.pk)
        return document


class Document(models.Model):
    """One file. A Word file is read in the worker; its proposals wait until the author takes them."""

    class Kind(models.TextChoices):
        WORD = "word", "Word 稿"
        ATTACHMENT = "attachment", "附件"

    class Standing(models.TextChoices):
        WAITING = "waiting", "正在读取"
        READY = "ready", "已读出"
        TAKEN = "taken", "已采用为正文"
        FAILED = "failed", "没有读出"
        KEPT = "kept", "原样保存"

    manuscript = models.ForeignKey("Manuscript", on_delete=models.CASCADE, related_name="documents")
    upload = models.ForeignKey(
        Upload, verbose_name="文件", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    standing = models.CharField("状态", max_length=8, choices=Standing.choices)
    failure = models.CharField("原因", max_length=200, blank=True)
    # What was read: kicker, title, subtitle, bylines, html, dropped, pictures (keys and captions).
    proposal = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField("上传时间", default=timezone.now, editable=False)

    objects = DocumentManager()

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.upload.original_name

    @property
    def is_ready(self) -> bool:
        """Has it been read, and waits to be taken?"""
        return self.standing == self.Standing.READY

    @property
    def sentence(self) -> str:
        """What the author is told about it."""
        if self.standing == self.Standing.KEPT:
            return KEPT
        return self.failure

    @property
    def length(self) -> int:
        """Characters of the text that was read."""
        return int(self.proposal.get("length", 0))

    def read(self) -> None:
        """Read the file in a process apart and keep what it proposes; say so when it cannot.

        What stands against it for a time (a full disk) is raised.
        """
        try:
            with self.upload.original.open("rb") as file:
                found = self._found(file)
            proposal = self._proposal(found)
        except BadDocument as refusal:
            self._settle(self.Standing.FAILED, failure=str(refusal)[:200])
        else:
            self._settle(self.Standing.READY, proposal=proposal)

    def _found(self, file: Any) -> Converted:
        if self.upload.ending == "docx":
            return convert_sandboxed(file)
        with tempfile.TemporaryDirectory(prefix="newsroom-docx-") as folder:
            made = Path(folder, "made.docx")
            converter.to_docx(file, self.upload.ending, made)
            with made.open("rb") as docx:
                return convert_sandboxed(docx)

    def give_up(self, reason: str) -> None:
        """The author gets a sentence; the reason is the desk's."""
        self._settle(self.Standing.FAILED, failure=LATER)

    def _settle(self, standing: str, **fields: Any) -> None:
        waiting = Document.objects.filter(pk=self.pk, standing=self.Standing.WAITING)
        waiting.update(standing=standing, **fields)
        self.refresh_from_db()

    def _proposal(self, found: Converted) -> dict[str, Any]:
        """Store the pictures of the file and put their addresses into its text."""
        keys: list[str] = []
        for picture in found.pictures:
            keys.append("")
            if len([key for key in keys if key]) < settings.PICTURES_PER_MANUSCRIPT:
                file = ContentFile(picture.data, name=picture.name)
                try:
                    keys[-1] = Upload.objects.accept(file, owner=self.upload.owner).key
                except BadUpload:
                    continue
        words = [picture.caption for picture in found.pictures]
        pictures = [[key, caption] for key, caption in zip(keys, words, strict=True) if key]
        refused = keys.count("")
        dropped = list(found.dropped)
        if refused:
            dropped.append(f"图片 {refused} 张（格式不支持或超过张数，请在“配图”里另传）")
        return {
            "kicker": found.kicker,
            "title": found.title,
            "subtitle": found.subtitle,
            "bylines": [list(pair) for pair in found.bylines],
            "html": word.place(found.html, keys),
            "pictures": pictures,
            "dropped": dropped,
            "length": len("".join(found.text.split())),
        }

    def discard(self) -> None:
        """Take it away, with the pictures read from it that nobody has taken."""
        uploads = [self.upload]
        if self.standing == self.Standing.READY:
            keys = [key for key, _ in self.proposal.get("pictures", [])]
            uploads += Upload.objects.filter(key__in=keys, owner=self.upload.owner)
        self.delete()
        for upload in uploads:
            upload.remove()

    def adopt(self) -> bool:
        """Take over what was read, once; false when there is nothing to take."""
        with transaction.atomic():
            manuscript = type(self.manuscript)._default_manager.select_for_update(of=("self",))
            self.manuscript = manuscript.select_related("author").get(pk=self.manuscript_id)
            self.refresh_from_db(fields=["standing", "proposal"])
            if not self.is_ready or not self.manuscript.is_editable:
                return False
            self.take_over()
        return True

    def take_over(self) -> None:
        """Make what was read the text of the manuscript; what was typed elsewhere stays.

        The title is taken where none was typed, bylines where only the author stands there.
        Runs in the caller's transaction, which has locked the manuscript.
        """
        manuscript, found = self.manuscript, self.proposal
        taken = Document.objects.filter(pk=self.pk, standing=self.Standing.READY)
        if not taken.update(standing=self.Standing.TAKEN):
            return
        if not manuscript.title:
            manuscript.title = found["title"]
            manuscript.subtitle = manuscript.subtitle or found["subtitle"]
            manuscript.kicker = manuscript.kicker or found.get("kicker", "")
        if to_text(manuscript.body):  # what was typed is not lost either
            DraftCopy.objects.keep(manuscript, None, manuscript.title, manuscript.body)
        manuscript.body = found["html"]
        manuscript.save(update_fields=["kicker", "title", "subtitle", "body", "updated_at"])
        manuscript.raise_version()
        self._attach_pictures()
        self._take_bylines()

    def _attach_pictures(self) -> None:
        there = self.manuscript.pictures.count()
        room = settings.PICTURES_PER_MANUSCRIPT - there
        for key, caption in self.proposal["pictures"][:room]:
            upload = Upload.objects.filter(key=key, owner=self.upload.owner).first()
            if upload is not None:
                ManuscriptPicture.objects.create(
                    manuscript=self.manuscript,
                    upload=upload,
                    position=there,
                    caption=caption[:200],
                    photographer=self.manuscript.author.name,
                )
                there += 1

    def _take_bylines(self) -> None:
        rows = list(self.manuscript.bylines.all())
        names = self.proposal["bylines"][: settings.BYLINES_PER_MANUSCRIPT]
        if not names or len(rows) > 1 or any(not r.is_of(self.manuscript.author) for r in rows):
            return
        role = rows[0].role if rows else ManuscriptByline._meta.get_field("role").default
        self.manuscript.bylines.all().delete()
        for position, (unit, name) in enumerate(names):
            ManuscriptByline.objects.create(
                manuscript=self.manuscript,
                position=position,
                role=role,
                name=name[:40],
                unit_text=unit[:60],
            )


@task()
def read_document(document_id: int) -> str:
    """Read one Word file in the worker; return how it stands. Repeatable."""
    documents = Document.objects.select_related("upload", "manuscript__author")
    document = documents.filter(pk=document_id).first()
    if document is None:  # taken out again meanwhile
        return ""
    try:
        if document.standing == Document.Standing.WAITING:
            document.read()
    except (Document.DoesNotExist, OSError):
        if Document.objects.filter(pk=document_id).exists():
            raise
        return ""  # taken out while it was read, with its file
    return document.standing
