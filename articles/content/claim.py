"""Claims of bylines: a correspondent says "this is mine", an editor settles it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from articles.content.byline import Byline
from articles.content.section import may_read_section
from articles.signals import work_credited
from correspondents.lifecycle import LifeCycle, Step, StepNotAllowed, step
from correspondents.models import Correspondent

WAITING, SETTLED, REFUSED, RETRACTED = "waiting", "settled", "refused", "retracted"
SETTLE = "articles.settle_claim"


class BylineClaim(LifeCycle):
    """One claim of one byline by one person."""

    class State(models.TextChoices):
        WAITING = WAITING, "待核定"
        SETTLED = SETTLED, "已认定"
        REFUSED = REFUSED, "未认定"
        RETRACTED = RETRACTED, "已收回"

    STEPS = (
        step("settle", "认定", {WAITING}, SETTLED, permission=SETTLE, batch=True, tone="primary"),
        step(
            "refuse",
            "不予认定",
            {WAITING},
            REFUSED,
            permission=SETTLE,
            note_required=True,
            batch=True,
        ),
        step("retract", "收回", {WAITING}, RETRACTED),
    )

    byline = models.ForeignKey(
        Byline, verbose_name="署名", on_delete=models.CASCADE, related_name="claims"
    )
    correspondent = models.ForeignKey(
        Correspondent, verbose_name="认领人", on_delete=models.CASCADE, related_name="+"
    )
    remark = models.CharField("说明", max_length=200, blank=True)
    answer = models.CharField("编辑意见", max_length=500, blank=True, editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    created_at = models.DateTimeField("提出时间", default=timezone.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "署名认领"
        ordering = ["-created_at", "-pk"]
        permissions = [("settle_claim", "核定署名认领")]
        constraints = [
            models.UniqueConstraint(
                fields=["byline", "correspondent"],
                condition=Q(state=WAITING),
                name="one_open_claim_per_byline_and_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.byline.article.title}：{self.byline.name}"

    def may(self, row: Step, user: User) -> bool:
        """Taking back is the claimant's; settling is for the desk of the section, never of one's own."""
        if row.name == "retract":
            return user.is_active and self.correspondent.user_id == user.pk
        return super().may(row, user) and may_read_section(user, self.byline.article.section_id)

    def obstacle(self, row: Step, user: User | None, *, override: bool = False) -> str:
        if row.name == "settle" and user is not None and self.correspondent.user_id == user.pk:
            return "这是您自己提出的认领，请由其他编辑核定。"
        if row.name == "settle" and self.correspondent.merged_into_id:
            return "认领人的档案已经合并，请核对。"
        return ""

    def settle(self, *, by: User, note: str = "") -> None:
        """Link the byline to the claimant and to the unit of its day; other claims of it fall."""
        with transaction.atomic():
            self._transition("settle", by=by, note=note, answer=note)
            if not self.byline.credit(self.correspondent):
                raise StepNotAllowed("这个署名已经对应到另一位通讯员，请先在文章里核对。")
            for other in BylineClaim.objects.filter(byline=self.byline, state=WAITING):
                other.refuse(by=by, note="这个署名已认定为另一位通讯员。")
            work_credited.send(sender=BylineClaim)

    def refuse(self, *, by: User, note: str) -> None:
        """Turn it down with the reason the claimant reads."""
        self._transition("refuse", by=by, note=note, answer=note[:500])

    def retract(self, *, by: User, note: str = "") -> None:
        """Take the own claim back."""
        self._transition("retract", by=by, note=note)
