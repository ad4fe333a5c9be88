"""Decisions about a manuscript that are taken back: at once by who took them, later with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from articles.models import Article
from correspondents.lifecycle import Decision, Part, Step, StepNotAllowed
from submissions.models.steps import DECLINED, RETURNED

GONE_ON = "已经有人接着办理，不能撤销。"


class TakenBack(Part):
    """What a manuscript does when the desk thinks better of it."""

    article: Any

    def obstacle_of_taking_back(self, row: Step, user: User | None) -> str:
        """Return why it may not be taken up again now, in Chinese; empty for nothing."""
        if row.name == "resume" and not self.is_as_sent:
            return "作者已经在修改，请等他的新稿，或给他留言。"
        if row.name == "ask_resume" and self.author.user_id is None:
            return "作者没有账号，不能在网上答复；请与作者联系，由编辑部重新代投。"
        if row.name == "ask_resume" and self.resume_asked_by_id is not None:
            return "已经请作者答复，不用再问。"
        if row.name in ("agree", "disagree") and self.resume_asked_by_id is None:
            return "编辑部没有提出恢复这篇稿件。"
        return ""

    @property
    def is_as_sent(self) -> bool:
        """Does it say what was sent last? Not once its author has begun to revise."""
        sent = self.last_round
        if sent is None:
            return False
        here = (self.kicker, self.title, self.subtitle, self.body)
        now = self.content()
        beside = all(now[name] == sent.content.get(name) for name in ("bylines", "pictures"))
        there = (sent.content.get("kicker", ""), sent.title, sent.subtitle, sent.body)
        return here == there and beside and self.section_id == self.sent_section_id

    # --- later ------------------------------------------------------------------------------

    def resume(self, *, by: User, note: str) -> None:
        """Take up again what was sent back; the author is told why."""
        self._transition("resume", by=by, note=note, handler=by)

    def ask_resume(self, *, by: User, note: str) -> None:
        """Ask the author whether a declined piece may be taken up again: it may be elsewhere."""
        self._transition("ask_resume", by=by, note=note, resume_asked_by=by, resume_note=note[:500])

    def agree(self, *, by: User, note: str = "") -> None:
        """The author lets the desk take it up again; it is in the hands of who asked."""
        asked = self.resume_asked_by
        self._transition("agree", by=by, note=note, handler=asked, resume_asked_by=None)

    def disagree(self, *, by: User, note: str = "") -> None:
        """The author has other plans with it."""
        self._transition("disagree", by=by, note=note, resume_asked_by=None)

    # --- at once ----------------------------------------------------------------------------

    def check_undo(self, decision: Decision) -> None:
        """Refuse where the author has begun to revise, or somebody has touched the article."""
        if self.state == RETURNED and not self.is_as_sent:
            raise StepNotAllowed("作者已经在修改，不能撤销；请给他留言。")
        if self.state == DECLINED and self.resume_asked_by_id is not None:
            raise StepNotAllowed(GONE_ON)
        article = self._article_of(decision)
        if article is None:
            return
        touched = article.state != Article.State.FIRST or article.drafts.exclude(data={}).exists()
        if touched or article.version_token != decision.effects["version"]:
            raise StepNotAllowed(GONE_ON)

    def undone(self, decision: Decision, *, by: User) -> None:
        """The article that acceptance has made goes; one that got a new text has the old one."""
        article = self._article_of(decision)
        if article is None:
            return
        with transaction.atomic():
            if decision.effects["renewed"]:
                article.forget_round(decision.effects, by=by)
                return
            rows: Any = type(self)._default_manager
            rows.filter(pk=self.pk).update(article=None)
            self.article = None
            # Nobody has touched it. Left in the recycle bin it would come back without its author.
            article.delete()

    @staticmethod
    def _article_of(decision: Decision) -> Article | None:
        key = decision.effects.get("article")
        return Article.objects.filter(pk=key).first() if key else None
