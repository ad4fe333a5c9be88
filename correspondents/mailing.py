"""Handing mail to the server: what it said, and whether the mail may have left all the same."""

from __future__ import annotations

import re
import smtplib
from contextlib import suppress
from socket import gaierror

from django.core.mail import EmailMessage, get_connection
from django_tasks_db.models import DBTaskResult

from correspondents.tasks import TaskContext, task

# What goes outside waits in a queue of its own: a server that does not answer stops nothing else.
NETWORK = "network"


WORDS: dict[type[Exception], str] = {
    ConnectionRefusedError: "连不上邮件服务器",
    TimeoutError: "邮件服务器没有应答",
    gaierror: "找不到邮件服务器",
    smtplib.SMTPAuthenticationError: "邮件服务器不认账号或密码",
}


MAILBOX = re.compile(r"[^\s<>'\"]+@[^\s<>'\"]+")
# What stands on a task that was in hand when its worker died.
LOST = "任务进程中断"


class NotNow(Exception):
    """It has not left, and may be tried again later."""


class Refused(Exception):
    """It has not left, and never will."""


class Unsure(Exception):
    """It may have left: trying again would send it twice."""


def deliver(subject: str, body: str, mailbox: str) -> None:
    """Hand one mail to the server, or raise one of the three with what went wrong.

    Until the connection is open nothing can have left. After that the server's own answer counts
    (RFC 5321, 4.2.1: 4yz is for a time, 5yz for ever); where none came, nobody knows.
    """
    message = EmailMessage(subject, body, None, [mailbox])
    try:
        message.message()
    except ValueError as error:  # a head line that is none
        raise Refused(said(error)) from error
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise NotNow(said(error)) from None
    try:
        connection.send_messages([message])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        if 400 <= _code(error) < 500:
            raise NotNow(said(error)) from None
        raise Refused(said(error)) from None
    except (OSError, smtplib.SMTPException) as error:
        raise Unsure(said(error)) from None
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.close()


def _code(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min((code for code, _ in error.recipients.values()), default=0)
    return error.smtp_code


def said(error: Exception) -> str:
    """Return what went wrong in one line, in words where it is known."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):  # without whom it was for
        answers = [f"{code} {text!r}" for code, text in error.recipients.values()]
        text = "；".join(answers)
    else:
        text = str(error)
    told = " ".join(f"{type(error).__name__}：{MAILBOX.sub('…', text)}".split())
    words = next((words for kind, words in WORDS.items() if isinstance(error, kind)), "")
    return (f"{words}（{told}）" if words else told)[:200]


@task(queue_name=NETWORK, takes_context=True)
def post_mail(context: TaskContext, subject: str, body: str, mailbox: str) -> str:
    """Send what is not kept with the other letters, as a link that opens an account.

    Returns what became of it. Tried again only where it cannot have left; whoever waits for it
    in vain asks for another.
    """
    here = DBTaskResult.objects.filter(pk=context.task_result.id)
    if here.filter(traceback=LOST).exists():  # it may have left when its worker died
        return LOST
    try:
        deliver(subject, body, mailbox)
    except (Refused, Unsure) as error:
        return str(error)
    return "sent"
