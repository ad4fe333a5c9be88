"""Personas and pieces, by name: 王编辑 and 李通讯员 and what they write. All of them invented."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import itertools
import random
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, TestCase
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from PIL import Image

from articles.models import Article, Byline, LegacyRun, Reading, Section
from correspondents.models import Correspondent, Organisation
from correspondents.models.role_grant import give_role
from portal import roles
from submissions.models import Manuscript, SubmissionRules

PASSWORD = "a-test-password-7"
TEXTS = itertools.count()
BODY = (
    "<p>近日，白桦沟煤矿三号皮带完成检修，全线恢复运行。</p><p>检修历时两天，比计划提前八小时。</p>"
)


def account(username: str, role: str = "", *, name: str = "", staff: bool = True) -> User:
    """An account with one role; ``role`` empty gives none."""
    user = User.objects.create_user(username, password=PASSWORD, is_staff=staff)
    user.last_name = name or username
    user.save()
    if role:
        give_role(user, Group.objects.get(name=role), by=None)
    return user


def body() -> str:
    """A text of its own: what is the same as another text asks for a person's word."""
    draw = random.Random(next(TEXTS))
    return f"{BODY}<p>{''.join(chr(draw.randrange(0x4E00, 0x9FA0)) for _ in range(400))}。</p>"


def editor(username: str = "wang", name: str = "王编辑") -> User:
    """An editor who signs the first reading."""
    return account(username, roles.EDITOR, name=name)


def managing(username: str = "zhao", name: str = "赵主编") -> User:
    """A managing editor who signs the second reading."""
    return account(username, roles.MANAGING, name=name)


def chief(username: str = "sun", name: str = "孙总编") -> User:
    """A chief who signs the final reading."""
    return account(username, roles.CHIEF, name=name)


def work() -> None:
    """Do what waits, of every queue, as the worker does it; the connection stays open."""
    worker = Worker(
        queue_names=["*"], excluded_queue_names=[], worker_id="tests", backend_name="default",
        interval=0, batch=True, startup_delay=False, max_tasks=None,
    )  # fmt: skip
    while task := DBTaskResult.objects.ready().first():
        task.claim(worker.worker_id)
        worker.run_task(task)


def later() -> None:
    """What is to be tried again later waits no more."""
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())


@contextlib.contextmanager
def committed() -> Iterator[None]:
    """What would follow a commit follows, in a test that undoes everything."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        yield
    database: Any = connection
    database.run_last_statements()


def unit(name: str = "白桦沟煤矿", **fields: Any) -> Organisation:
    """A unit of that name, made once."""
    return Organisation.objects.get_or_create(name=name, defaults=fields)[0]


def person(
    name: str = "李通讯",
    unit_name: str = "白桦沟煤矿",
    *,
    public: bool = False,
    user: User | None = None,
    state: str = Correspondent.State.ENGAGED,
    **fields: Any,
) -> Correspondent:
    """A correspondent as the desk keeps him, in a unit from the beginning."""
    fields.setdefault("since", dt.date(2020, 1, 1))
    made = Correspondent.objects.create(name=name, user=user, state=state, **fields)
    if unit_name:
        made.settle_unit(unit(unit_name), by=None)
    if public:
        made.give_consent("profile")
    return made


def correspondent(
    username: str = "li", name: str = "李通讯", unit: str = "白桦沟煤矿", *, public: bool = True
) -> Correspondent:
    """An engaged correspondent with an account."""
    user = account(username, roles.CORRESPONDENT, name=name, staff=False)
    return person(name, unit, public=public, user=user)


def signed_in(user: User) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen(address: str) -> str:
    """What a page that was opened just now carries: the version of what the step address moves."""
    app, model, pk = address.strip("/").split("/")[1:4]
    noun = apps.get_model(app, model)._default_manager.filter(pk=pk).first()
    return noun.version_token if noun is not None else ""


def ticked(*nouns: Any) -> dict[str, list[str]]:
    """What a list that was opened just now sends of the rows that are ticked."""
    return {
        "_selected_action": [str(noun.pk) for noun in nouns],
        "_seen": [f"{noun.pk}:{noun.version_token}" for noun in nouns],
    }


def section(slug: str = "jukuang") -> Section:
    """One of the site's sections."""
    return Section.objects.get(slug=slug)


def published(
    title: str = "白桦沟煤矿皮带检修完成", slug: str = "jukuang", **fields: Any
) -> Article:
    """A public article without readings, as imports are."""
    fields.setdefault("published_at", timezone.now() - dt.timedelta(hours=1))
    fields.setdefault("body", body())
    provenance = fields.pop("provenance", Article.Provenance.LEGACY)
    if provenance == Article.Provenance.LEGACY:
        fields["import_run"], _ = LegacyRun.objects.get_or_create(source="测试")
    return Article.objects.import_public(
        provenance=provenance, section=section(slug), title=title, **fields
    )


def article(slug: str = "jukuang", *, by: User, **fields: Any) -> Article:
    """An article the desk has just opened, waiting for its first reading."""
    fields.setdefault("title", "白桦沟煤矿皮带检修完成")
    fields.setdefault("body", body())
    made = Article.objects.create(section=section(slug), created_by=by, **fields)
    Byline.objects.create(article=made, name="李通讯", unit_text="白桦沟煤矿")
    made.settle_edit(by=by, before=None)
    return made


def article_in(state: str, readers: list[User], slug: str = "jukuang") -> Article:
    """An article that three other people have brought to ``state`` by its verbs."""
    first, second, final = readers
    made = article(slug, by=first, provenance=Article.Provenance.MANUSCRIPT)
    if state == "discarded":
        made.discard(by=first, note="重复")
        return made
    for target, reader in (("second_reading", first), ("final_reading", second), ("signed", final)):
        if made.state == state:
            return made
        made.sign(by=reader)
        assert made.state == target
    if state in ("published", "withdrawn"):
        made.publish(by=first)
    if state == "withdrawn":
        made.withdraw(by=final, note="内容有误")
    assert made.state == state
    return made


def scheduled_in_two_stages(readers: list[User]) -> Article:
    """A signed piece with a time an hour ahead, in a section that asks for two readings."""
    jukuang = section()
    jukuang.stages = 2
    jukuang.save()
    made = article(by=readers[0], provenance=Article.Provenance.MANUSCRIPT)
    made.sign(by=readers[0])
    made.sign(by=readers[2])
    made.schedule(by=readers[0], at=timezone.now() + dt.timedelta(hours=1))
    return made


def manuscript(author: Correspondent, **fields: Any) -> Manuscript:
    """A draft that lacks nothing."""
    fields.setdefault("title", "白桦沟煤矿皮带检修完成")
    fields.setdefault("body", body())
    fields.setdefault("section", section())
    fields.setdefault("publication", "first")
    fields.setdefault("ai_use", "none")
    fields.setdefault("approver", "高科长")
    fields.setdefault("rules", SubmissionRules.current())
    fields.setdefault("declared_at", timezone.now())
    return Manuscript.objects.start(author, **fields)


def typed(**changes: Any) -> dict[str, Any]:
    """What a correspondent's form sends when nothing is missing."""
    data = {
        "section": section().pk,
        "title": "皮带检修完成",
        "text": "近日，检修完成。",
        "publication": "first",
        "ai_use": "none",
        "has_declaration": "1",
        "declared": "on",
    }
    return data | changes


def manuscript_in(state: str, author: Correspondent, desk: User) -> Manuscript:
    """A manuscript brought to ``state`` by its verbs."""
    made = manuscript(author)
    if state == "draft":
        return made
    made.submit(by=author.user)
    verbs = {
        "claimed": lambda: made.claim(by=desk),
        "returned": lambda: made.send_back(by=desk, note="请补充数据"),
        "accepted": lambda: made.accept(by=desk),
        "declined": lambda: made.decline(by=desk, note="时效已过"),
        "retracted": lambda: made.retract(by=author.user),
    }
    if state in verbs:
        verbs[state]()
    assert made.state == state
    return made


def sign(made: Article, stage: str, user: User) -> Reading:
    """Force a reading into the table, as an attacker with SQL would."""
    return Reading.objects.create(
        article=made, stage=stage, signed_by=user, fingerprint=made.fingerprint()
    )


def photo(
    name: str = "photo.jpg",
    size: tuple[int, int] = (800, 500),
    format: str = "JPEG",
    **options: Any,
) -> SimpleUploadedFile:
    """A picture file as a browser sends it; one of another name is another file."""
    buffer = io.BytesIO()
    options.setdefault("comment", name.encode())
    Image.linear_gradient("L").resize(size).convert("RGB").save(buffer, format, **options)
    return SimpleUploadedFile(name, buffer.getvalue(), f"image/{format.lower()}")
