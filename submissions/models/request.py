"""What an author asks for after acceptance: a correction, a withdrawal, the name taken off."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from correspondents.lifecycle import StepNotAllowed, record
from submissions.models.steps import REVIEW


class AuthorRequest(models.Model):
    """One request, which the desk answers. Granting one changes nothing by itself.

    The desk does what it grants on the article, by the verbs that are there for it.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", "更正"
        WITHDRAWAL = "withdrawal", "撤稿"
        NAME_OFF = "name_off", "撤下署名"

    class Standing(models.TextChoices):
        OPEN = "open", "待答复"
        GRANTED = "granted", "同意"
        REFUSED = "refused", "不同意"

    manuscript = models.ForeignKey(
        "Manuscript", verbose_name="来稿", on_delete=models.CASCADE, related_name="requests"
    )
    kind = models.CharField("事项", max_length=12, choices=Kind.choices)
    body = models.TextField("说明", max_length=1000)
    standing = models.CharField(
        "状态", max_length=8, choices=Standing.choices, default=Standing.OPEN, editable=False
    )
    answer = models.TextField("答复", max_length=1000, blank=True)
    asked_at = models.DateTimeField("提出时间", default=timezone.now, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="答复人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    answered_at = models.DateTimeField("答复时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "作者申请"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["manuscript", "kind"],
                condition=models.Q(standing="open"),
                name="one_open_request_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.manuscript}"

    def settle(self, standing: str, *, by: User, answer: str) -> None:
        """Answer it once; the author is told. Raises ``StepNotAllowed``."""
        if standing not in (self.Standing.GRANTED, self.Standing.REFUSED):
            raise StepNotAllowed("请选择同意或不同意。")
        if not answer.strip():
            raise StepNotAllowed("请填写答复，作者会看到。")
        if not (by.is_active and by.has_perm(REVIEW) and self.manuscript.is_read_by(by)):
            raise StepNotAllowed("您没有答复这份申请的权限。")
        if self.manuscript.author.user_id == by.pk:
            raise StepNotAllowed("这是您自己的申请，请由其他编辑答复。")
        with transaction.atomic():
            mine = AuthorRequest.objects.filter(pk=self.pk, standing=self.Standing.OPEN)
            if not mine.update(
                standing=standing,
                answer=answer.strip()[:1000],
                answered_by=by,
                answered_at=timezone.now(),
            ):
                raise StepNotAllowed("这份申请已经答复过，请刷新页面查看。")
            self.refresh_from_db()
            record(self.manuscript, "request_answered", by=by, kind=self.get_kind_display())
            self.manuscript.tell(
                "request_answered",
                f"{self.get_kind_display()}申请：{self.get_standing_display()}。{self.answer}",
            )
