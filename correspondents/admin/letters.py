"""Letters at the desk: their texts with a preview, and what was written with what became of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html

from correspondents.letters import KINDS
from correspondents.models import Letter, LetterText

TONES = {
    "waiting": "waiting", "sending": "active", "sent": "settled", "failed": "ended", "unsure": "red",
}  # fmt: skip


@admin.register(LetterText)
class LetterTextAdmin(admin.ModelAdmin):
    list_display = ["__str__", "subject", "is_sent", "updated_at"]
    list_display_links = ["__str__", "subject"]
    fields = ["subject", "body", "is_sent", "known", "example"]
    readonly_fields = ["known", "example"]
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[LetterText]:
        return super().get_queryset(request).filter(key__in=KINDS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="可用的占位符")
    def known(self, text: LetterText) -> str:
        """The placeholders of this kind."""
        return "、".join(f"{{{name}}}" for name in KINDS[text.key].samples)

    @admin.display(description="预览（保存后更新）")
    def example(self, text: LetterText) -> str:
        """The letter filled with examples, as its receiver would read it."""
        return format_html('<div class="letter"><b>{}</b><pre>{}</pre></div>', *text.preview())


@admin.display(description="状态", ordering="standing")
def standing(letter: Letter) -> str:
    """What became of it."""
    return format_html(
        '<span class="tag tag--{}">{}</span>',
        TONES[letter.standing],
        letter.get_standing_display(),
    )


@admin.register(Letter)
class LetterAdmin(admin.ModelAdmin):
    list_display = ["subject", "person", "mailbox_shown", standing, "failure", "created_at"]
    list_filter = ["standing", "created_at"]
    list_select_related = ["person__organisation"]
    search_fields = ["subject", "person__name", "about"]
    show_full_result_count = False
    list_per_page = 100
    view_on_site = False
    actions = ["resend"]
    fields: ClassVar[Any] = [
        "subject",
        ("person", "mailbox_shown"),
        ("standing", "failure", "attempts"),
        ("created_at", "sent_at"),
        "body",
    ]

    @admin.display(description="邮箱")
    def mailbox_shown(self, letter: Letter) -> str:
        return letter.masked_mailbox or "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was written is not rewritten; the list's action needs its own right."""
        return obj is None and request.user.has_perm("correspondents.resend_letter")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """The right that the action asks for."""
        return request.user.has_perm("correspondents.resend_letter")

    @admin.action(description="重寄没有寄出、可能已寄出的信", permissions=["resend"])
    def resend(self, request: HttpRequest, letters: models.QuerySet[Letter]) -> None:
        """Send the chosen letters again that failed, or may have been sent."""
        chosen = list(letters.select_related("person"))
        done = sum(letter.resend() for letter in chosen)
        if done:
            self.message_user(request, f"{done} 封信正在重寄，稍后在本页看结果。")
        if rest := len(chosen) - done:
            self.message_user(
                request,
                f"{rest} 封信不是“没有寄出”或“可能已寄出”的状态，没有重寄。",
                level=messages.WARNING,
            )
