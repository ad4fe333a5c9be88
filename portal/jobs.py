"""The daily jobs: terms, reminders, and the retention of data. Each may be repeated at any time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from auditlog.models import LogEntry
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import ArticleReads, DayCount, DeskDraft, ErrorReport
from articles.workflow.publication import publish_due, take_out_expired
from correspondents.lifecycle import StepNotAllowed
from correspondents.mailing import post_mail
from correspondents.models import Correspondent, Decision, Letter, Membership, Upload
from portal.daily_backup import ask_for_backup, tell_if_late
from portal.database_statistics import refresh_statistics
from submissions.models import Manuscript, colleagues, remind_of_overdue

HOUR = 3  # in the morning, in the site's time zone


@dataclass(frozen=True)
class Job:
    """One job: what the admin calls it, which rule it carries out, and the deed itself.

    The deed returns how many things it has done; ``hour`` is its time of the day, in the site's
    time zone.
    """

    label: str
    rule: Callable[[], str]
    deed: Callable[[], int]
    hour: int = HOUR


def mend_clock() -> int:
    """Do what the clock had to do and no task did, as when the queue was lost."""
    return publish_due.call() + take_out_expired.call()


def expire_terms() -> int:
    """Let appointments end whose term is over."""
    return sum(_taken(person.expire) for person in Correspondent.objects.overdue())


def remind_of_terms() -> int:
    """Write to people whose term is ending, once a term."""
    return sum(person.remind() for person in Correspondent.objects.to_remind())


def follow_moves() -> int:
    """Bring today's units in line where a move was entered ahead of its day."""
    # Some days back, in case the site stood still.
    lately = (timezone.localdate() - dt.timedelta(days=14), timezone.localdate())
    begun = Membership.objects.filter(since__range=lately)
    ended = Membership.objects.filter(until__range=lately)
    keys = (begun | ended).values("correspondent")
    people = list(Correspondent.objects.current().filter(pk__in=keys))
    for person in people:
        person.settle_membership()
    return len(people)


def drop_decisions() -> int:
    """Forget how things were before decisions that can no longer be taken back."""
    old = Decision.objects.filter(made_at__lt=timezone.now() - dt.timedelta(days=1))
    return old.delete()[0]


def erase_unapproved() -> int:
    """Erase registrations that were not approved in time. 《个人信息保护法》 article 47."""
    done = 0
    for person in Correspondent.objects.lapsed():
        try:
            person.erase_unapproved()
            done += 1
        except StepNotAllowed:  # somebody approved it meanwhile
            continue
    return done


def drop_rejected_files() -> int:
    """Delete the pictures of manuscripts that were not used, after their time."""
    return Manuscript.objects.drop_rejected_files()


def drop_strays() -> int:
    """Delete files of forms that were never sent to the end, and those taken out long ago."""
    strays = Upload.objects.unattached(older_than=dt.timedelta(days=2))
    long_ago = dt.timedelta(days=settings.KEEP_REJECTED_FILES_DAYS)
    strays += Upload.objects.unattached(older_than=long_ago, owned=True)
    for upload in strays:
        upload.remove()
    return len(strays)


def keep_promise() -> int:
    """Tell authors whose manuscripts were not decided in the promised time."""
    return sum(row.free() for row in Manuscript.objects.beyond_promise())


def remind_desk() -> int:
    """Write to editors what lies too long in their sections, once a day."""
    return sum(remind_of_overdue(person) for person in colleagues())


def drop_old_letters() -> int:
    """Delete letters that were written long ago."""
    return Letter.objects.drop_old()


def drop_old_audit() -> int:
    """Delete entries of the audit log that are older than they have to be kept."""
    before = timezone.now() - dt.timedelta(days=settings.KEEP_AUDIT_DAYS)
    old = LogEntry.objects.filter(timestamp__lt=before)
    return old._raw_delete(old.db)


def drop_unsaved() -> int:
    """Delete what somebody typed at the desk and never came back for."""
    return DeskDraft.objects.drop_old()


def drop_report_contacts() -> int:
    """Delete how to reach readers whose reports of errors are settled."""
    return ErrorReport.objects.drop_contacts()


def fold_old_reads() -> int:
    """Keep the reads of long ago by month instead of by day."""
    before = timezone.localdate() - dt.timedelta(days=settings.KEEP_DAILY_READS_DAYS)
    return ArticleReads.objects.fold(before)


def recount_days() -> int:
    """Bring the counts of the archive in line, should one have been missed."""
    return DayCount.objects.recount_all()


def tidy_sessions() -> int:
    """Delete sessions that have run out, and the results of old tasks."""
    call_command("clearsessions")
    call_command("prune_db_task_results", queue_name="*", verbosity=0)
    # Their links open accounts.
    links = DBTaskResult.objects.finished().filter(task_path=post_mail.module_path)
    return links.filter(finished_at__lt=timezone.now() - dt.timedelta(days=1)).delete()[0]


def _taken(verb: Callable[..., None]) -> bool:
    try:
        verb(by=None)
    except StepNotAllowed:  # somebody was faster
        return False
    return True


JOBS: dict[str, Job] = {
    "backup": Job(
        "自动备份",
        lambda: (
            "每天备份到 BACKUP_DIR，按 BACKUP_KEEP 保留。"
            if settings.BACKUP_DIR
            else "没有设 BACKUP_DIR，不做。"
        ),
        ask_for_backup,
        hour=2,
    ),
    "watch_backup": Job(
        "查看自动备份", lambda: "一天没有成功的备份，写信给主编以上和管理员。", tell_if_late, hour=8
    ),
    "mend_clock": Job(
        "补做到点的发布和下线",
        lambda: "到了时间没有发布、没有下线的文章，每天补做一次；平时到点由后台任务做。",
        mend_clock,
    ),
    "expire_terms": Job("聘期到期", lambda: "聘期结束的次日，状态改为已到期。", expire_terms),
    "remind_of_terms": Job(
        "聘期提醒",
        lambda: (
            f"聘期结束前 {settings.TERM_REMINDER_DAYS} 天，给有邮箱的通讯员写信，每个聘期一次。"
        ),
        remind_of_terms,
    ),
    "follow_moves": Job("单位调动", lambda: "预先登记的调动，到日子换成新单位。", follow_moves),
    "erase_unapproved": Job(
        "清除未通过的登记",
        lambda: f"没有通过的登记保留 {settings.KEEP_UNAPPROVED_DAYS} 天，之后清除全部个人资料。",
        erase_unapproved,
    ),
    "drop_rejected_files": Job(
        "清除未采用稿件的附件",
        lambda: f"没有采用的稿件，附件保留 {settings.KEEP_REJECTED_FILES_DAYS} 天，之后删除。",
        drop_rejected_files,
    ),
    "keep_promise": Job(
        "超过约定期限的来稿",
        lambda: (
            f"提交后 {settings.DECISION_DAYS} 天没有决定的，告知作者可以自行处理，每次提交一次。"
        ),
        keep_promise,
    ),
    "remind_desk": Job(
        "超时来稿提醒",
        lambda: (
            f"来稿超过 {settings.DESK_HOURS} 小时或过了期限没有处理的，给负责的编辑写信，每天一封。"
        ),
        remind_desk,
        hour=8,
    ),
    "drop_decisions": Job(
        "清理撤销记录", lambda: "决定能撤销时留的底，过一天删除。", drop_decisions
    ),
    "drop_strays": Job(
        "清除没有用上的文件",
        lambda: (
            "填表中途放弃的，文件保留两天；从稿件里移除的，"
            f"保留 {settings.KEEP_REJECTED_FILES_DAYS} 天。"
        ),
        drop_strays,
    ),
    "drop_old_letters": Job(
        "清除旧信件",
        lambda: f"寄出的信保留 {settings.KEEP_LETTERS_DAYS} 天，之后删除。",
        drop_old_letters,
    ),
    "drop_old_audit": Job(
        "清除旧审计日志",
        lambda: f"审计日志保留 {settings.KEEP_AUDIT_DAYS} 天，不少于 180 天，之后删除。",
        drop_old_audit,
    ),
    "drop_unsaved": Job(
        "清除没有保存的改动", lambda: "编辑没有保存、三十天没有再打开的改动。", drop_unsaved
    ),
    "drop_report_contacts": Job(
        "清除纠错读者的联系方式",
        lambda: f"读者纠错处理完 {settings.KEEP_REPORT_CONTACT_DAYS} 天后，删除留下的联系方式。",
        drop_report_contacts,
    ),
    "fold_old_reads": Job(
        "归并旧阅读数",
        lambda: f"阅读数按日保留 {settings.KEEP_DAILY_READS_DAYS} 天，之后按月合计，不再删除。",
        fold_old_reads,
    ),
    "recount_days": Job(
        "核对每日篇数",
        lambda: "归档页显示的每日篇数随发布和撤稿更新，每天再核对一次。",
        recount_days,
    ),
    "refresh_statistics": Job(
        "数据库统计信息",
        lambda: "每天更新 SQLite 的统计信息，让列表和检索用对索引；PostgreSQL 自己会做。",
        refresh_statistics,
    ),
    "tidy_sessions": Job("清理过期登录", lambda: "过期的登录和三十天前的任务记录。", tidy_sessions),
}
