"""Reports of errors 纠错 — what a reader says is wrong with a public article, and what became of it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

from articles.content.section import limits_of, may_read_section
from articles.workflow.article import Article
from correspondents.lifecycle import LifeCycle, Step, step
from correspondents.typed import LineField

OPEN, SETTLED, REJECTED = "open", "settled", "rejected"
SETTLE = "articles.settle_errorreport"


class ErrorReportQuerySet(models.QuerySet["ErrorReport"]):
    def open(self) -> ErrorReportQuerySet:
        """Those that nobody has settled."""
        return self.filter(state=OPEN)

    def of_desk(self, user: User) -> ErrorReportQuerySet:
        """Reports on articles of the sections this person reads."""
        limits = limits_of(user)
        return self.filter(article__section__in=limits) if limits else self.all()

    def drop_contacts(self) -> int:
        """Delete how to reach those whose reports were settled long enough ago; return how many.

        《个人信息保护法》 article 47: when the purpose is served, the data go.
        """
        before = timezone.now() - dt.timedelta(days=settings.KEEP_REPORT_CONTACT_DAYS)
        done = self.exclude(state=OPEN).filter(state_changed_at__lt=before)
        return done.exclude(contact="").update(contact="")


class ErrorReport(LifeCycle):
    """One report by a reader who need not say who he is."""

    class Kind(models.TextChoices):
        FACT = "fact", "事实有误"
        BYLINE = "byline", "署名有误"
        WORDING = "wording", "文字差错"
        RIGHTS = "rights", "侵权或隐私"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        OPEN = OPEN, "待处理"
        SETTLED = SETTLED, "已处理"
        REJECTED = REJECTED, "不成立"

    STEPS = (
        step("settle", "已处理", {OPEN}, SETTLED, permission=SETTLE, note_required=True,
             tone="primary"),
        step("reject", "不成立", {OPEN}, REJECTED, permission=SETTLE, note_required=True,
             batch=True),
    )  # fmt: skip

    article = models.ForeignKey(
        Article, verbose_name="文章", on_delete=models.CASCADE, related_name="error_reports"
    )
    kind = models.CharField("问题", max_length=8, choices=Kind.choices)
    text = models.TextField("说明", max_length=1000)
    contact = LineField("联系方式", max_length=100, blank=True)
    state = models.CharField(
        "状态", max_length=8, choices=State.choices, default=State.OPEN, editable=False
    )
    made_at = models.DateTimeField("提出时间", default=timezone.now, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="处理人", null=True, blank=True, editable=False,
        on_delete=models.SET_NULL, related_name="+",
    )  # fmt: skip
    answer = models.CharField("处理意见", max_length=500, blank=True, editable=False)

    objects = ErrorReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "读者纠错"
        ordering = ["-made_at", "-pk"]
        permissions = [("settle_errorreport", "处理读者纠错")]
        indexes = [models.Index(fields=["state", "-made_at"], name="reports_by_state")]

    def __str__(self) -> str:
        return f"{self.article.title}：{self.get_kind_display()}"

    def may(self, row: Step, user: User) -> bool:
        """Settling is for the desk of the article's section."""
        return super().may(row, user) and may_read_section(user, self.article.section_id)

    def settle(self, *, by: User, note: str) -> None:
        """Say what was done about it."""
        self._transition("settle", by=by, note=note, answer=note[:500], settled_by=by)

    def reject(self, *, by: User, note: str) -> None:
        """Say why nothing is to be done."""
        self._transition("reject", by=by, note=note, answer=note[:500], settled_by=by)
