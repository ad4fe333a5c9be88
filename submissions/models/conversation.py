"""What is said about a manuscript: to its author, by him, among the desk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from correspondents.lifecycle import Decision, Part, StepNotAllowed, record
from correspondents.models import Letter, LetterText
from submissions import letters
from submissions.models.message import InternalNote, Message
from submissions.models.notice import Notice
from submissions.models.request import AuthorRequest
from submissions.models.steps import ACCEPTED, DRAFT, RETURNED, REVIEW


class Conversation(Part):
    """What a manuscript does with words about it."""

    def tell(self, event: str, note: str = "", held: Decision | None = None) -> None:
        """Tell the author: one notice in the site, one letter where there is a mailbox.

        ``event`` is a kind of :mod:`submissions.letters`; runs in the caller's transaction.
        ``held``: both wait until that decision can no longer be taken back.
        """
        this: Any = self
        site = settings.SITE_URL
        values = {
            "姓名": self.author.name,
            "标题": self.title,
            "稿号": self.number,
            "第几稿": self.round_number,
            "栏目": self.section.name if self.section else "",
            "意见": note,
            "期限": settings.DECISION_DAYS,
            "稿件地址": f"{site}{self.get_absolute_url()}",
            "文章地址": f"{site}{self.article.get_absolute_url()}" if self.article else "",
            "须知地址": f"{site}{reverse('submissions:rules')}",
        }
        kind = letters.KINDS[event]
        sentence, _ = LetterText.of(kind).filled(values)
        at = held.until if held is not None else timezone.now()
        notice = Notice.objects.create(
            person=self.author, manuscript=this, event=event, text=sentence, created_at=at
        )
        letter = Letter.objects.write(
            kind.key, self.author.email, values, person=self.author, about=self.number or "",
            not_before=at if held is not None else None,
        )  # fmt: skip
        if held is not None:
            made = [["submissions.notice", notice.pk]]
            made += [["correspondents.letter", letter.pk]] if letter is not None else []
            held.follow(made=[*held.effects.get("made", []), *made])

    def add_message(self, text: str, *, by: User, quote: str = "") -> Message:
        """Write to the other side about this manuscript; the author is told by a notice too.

        The author's own words never come from the desk, whatever else he may do here. A
        ``quote`` makes it a remark on a passage, to be dealt with.
        """
        text = text.replace("\x00", "").strip()
        if not text:
            raise StepNotAllowed("请填写留言。")
        if self.state == DRAFT:
            raise StepNotAllowed("草稿还没有投出，不能留言。")
        own = self.author.user_id == by.pk
        if own and Message.objects.written_today(by) >= settings.MESSAGES_A_DAY:
            raise StepNotAllowed("今天的留言太多了，请明天再写；急事请直接打电话给编辑部。")
        if not own and not (by.has_perm(REVIEW) and self.is_read_by(by)):
            raise StepNotAllowed("您没有给这篇稿件留言的权限。")
        with transaction.atomic():
            message = self.messages.create(
                writer=by,
                from_desk=not own,
                body=text[:1000],
                quote=quote.strip()[:300],
                round_number=self.round_number,
                standing=Message.Standing.OPEN if quote.strip() and not own else "",
            )
            if not own:
                self.tell("message", message.body)
        return message

    def request_change(self, kind: str, text: str, *, by: User) -> AuthorRequest:
        """Ask the desk for a correction, a withdrawal, or the name to be taken off."""
        this: Any = self
        text = text.replace("\x00", "").strip()
        if self.author.user_id != by.pk:
            raise StepNotAllowed("只有作者本人可以提出申请。")
        if self.article is None or self.state not in (ACCEPTED, RETURNED):
            raise StepNotAllowed("稿件还没有采用，可以直接撤回或修改。")
        if self.article.state in (Article.State.WITHDRAWN, Article.State.DISCARDED):
            raise StepNotAllowed("文章已经不公开，不用再申请。")
        if kind not in AuthorRequest.Kind.values:
            raise StepNotAllowed("请选择申请的事项。")
        if not text:
            raise StepNotAllowed("请写明要改哪里，或者申请的原因。")
        with transaction.atomic():
            found, made = AuthorRequest.objects.get_or_create(
                manuscript=this,
                kind=kind,
                standing=AuthorRequest.Standing.OPEN,
                defaults={"body": text[:1000]},
            )
            if not made:
                raise StepNotAllowed("同样的申请正在等待答复，不用重复提出。")
            record(self, "request_made", by=by, kind=found.get_kind_display())
        return found

    def add_internal_note(self, text: str, *, by: User) -> InternalNote:
        """Leave a note for colleagues; no author ever sees it."""
        text = text.replace("\x00", "").strip()
        if not text:
            raise StepNotAllowed("请填写备注。")
        if self.author.user_id == by.pk:
            raise StepNotAllowed("这是您自己的稿件，内部备注由其他编辑写。")
        return self.notes.create(writer=by, body=text[:1000])
