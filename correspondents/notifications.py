"""Letters to correspondents: one text a letter, its first line the subject."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template import Context, Engine


def send(letter: str, mailbox: str, context: dict[str, Any]) -> bool:
    """Write ``templates/correspondents/email/<letter>.txt`` to a mailbox; false without one.

    Raises what the mail server raises: the task that called shows it to the administrator.
    """
    if not mailbox:
        return False
    template = Engine.get_default().get_template(f"correspondents/email/{letter}.txt")
    values = context | {"site_url": settings.SITE_URL}
    text = template.render(Context(values, autoescape=False))  # plain text, not HTML
    subject, _, body = text.strip().partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [mailbox])
    return True
