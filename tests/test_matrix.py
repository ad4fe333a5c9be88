"""State × step × role, generated from the step tables and held against a table of its own.

Every combination is tried as a person would: by a POST of the step's button. The rights below
are typed by hand from the decision papers, not read from the product.
"""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from articles.models import Article
from correspondents.models import Correspondent
from portal import roles
from submissions.models import Manuscript
from tests import factories as f

EDITOR, MANAGING, CHIEF = roles.EDITOR, roles.MANAGING, roles.CHIEF
MONITOR, ADMIN, WRITER = roles.MONITOR, roles.ADMINISTRATOR, roles.CORRESPONDENT
EVERY_ROLE = [EDITOR, MANAGING, CHIEF, MONITOR, ADMIN, WRITER]

# step: (from, to, who)
ARTICLE = {
    "sign_first": ({"first_reading"}, "second_reading", {EDITOR, MANAGING}),
    "sign_second": ({"second_reading"}, "final_reading", {MANAGING, CHIEF}),
    "sign_final": ({"final_reading"}, "signed", {CHIEF}),
    "publish": ({"signed"}, "published", {EDITOR, MANAGING, CHIEF}),
    "schedule": ({"signed"}, "signed", {EDITOR, MANAGING, CHIEF}),
    # Only what has a time; see test_taking_back.py.
    "unschedule": (set(), "", set()),
    "pass_back_second": ({"second_reading"}, "first_reading", {MANAGING, CHIEF}),
    "pass_back_final": ({"final_reading"}, "second_reading", {CHIEF}),
    "unsign": ({"signed"}, "final_reading", {CHIEF}),
    "discard": (
        {"first_reading", "second_reading", "final_reading"},
        "discarded",
        {EDITOR, MANAGING, CHIEF},
    ),
    "restore": ({"discarded"}, "first_reading", {EDITOR, MANAGING, CHIEF}),
    "withdraw": ({"published"}, "withdrawn", {MANAGING, CHIEF}),
    "reopen": ({"withdrawn"}, "first_reading", {MANAGING, CHIEF}),
    "fall_back": (set(), "", set()),
    # Of working copies alone: see below.
    "give_up": (set(), "", set()),
}
# Of a working copy: what else, and what not.
COPY = ARTICLE | {
    "publish": ({"signed"}, "gone", {EDITOR, MANAGING, CHIEF}),
    "discard": (set(), "", set()),
    "give_up": (
        {"first_reading", "second_reading", "final_reading", "signed"},
        "gone",
        {EDITOR, MANAGING, CHIEF},
    ),
}
MANUSCRIPT = {
    "submit": (set(), "", set()),
    "retract": (set(), "", set()),
    "accept": ({"submitted", "claimed"}, "accepted", {EDITOR, MANAGING, CHIEF}),
    "claim": ({"submitted"}, "claimed", {EDITOR, MANAGING, CHIEF}),
    "release": ({"claimed"}, "submitted", {EDITOR, MANAGING, CHIEF}),
    # Its button comes with a choice of the colleague; see test_queue.py.
    "pass_on": (set(), "", set()),
    "send_back": ({"submitted", "claimed"}, "returned", {EDITOR, MANAGING, CHIEF}),
    "decline": ({"submitted", "claimed"}, "declined", {EDITOR, MANAGING, CHIEF}),
    "resume": ({"returned"}, "claimed", {EDITOR, MANAGING, CHIEF}),
    "ask_resume": ({"declined"}, "declined", {EDITOR, MANAGING, CHIEF}),
    # Only where the desk has asked; see test_taking_back.py.
    "agree": (set(), "", set()),
    "disagree": (set(), "", set()),
    "recall": ({"accepted"}, "returned", {EDITOR, MANAGING, CHIEF}),
}
OWN = {
    "submit": ({"draft", "returned"}, "submitted"),
    "retract": ({"submitted", "claimed", "returned"}, "retracted"),
}
PERSON = {
    "approve": ({"pending"}, "engaged"),
    "refuse": ({"pending"}, "closed"),
    "suspend": ({"engaged"}, "suspended"),
    "resume": ({"suspended"}, "engaged"),
    "expire": ({"engaged"}, "expired"),
    "renew": ({"engaged", "expired", "dismissed"}, "engaged"),
    "dismiss": ({"engaged", "suspended", "expired"}, "dismissed"),
    "close": ({"engaged", "suspended", "expired", "dismissed"}, "closed"),
    # The person's own, and those that follow from something else: no button of the desk.
    "apply_again": (set(), ""),
    "leave": (set(), ""),
    "absorb": (set(), ""),
    "lapse": (set(), ""),
}
MANAGES_PEOPLE = {MANAGING, CHIEF}
AT = {"_at": "2199-01-01T08:00", "_note": "意见", "_sure": "1"}


class Undo(Exception):
    """Rolls one try back."""


def tried(client: Client, address: str, data: dict[str, str], noun) -> str:
    """Return the state after a POST, and undo it."""
    try:
        with transaction.atomic():
            client.post(address, data)
            here = type(noun)._default_manager.filter(pk=noun.pk).first()
            after = here.state if here is not None else "gone"
            raise Undo
    except Undo:
        noun.refresh_from_db()
        return after


def test_the_tables_name_the_same_steps_and_states():
    assert {row.name for row in Article.STEPS} == set(ARTICLE)
    assert {row.name for row in Manuscript.STEPS} == set(MANUSCRIPT)
    assert {row.name for row in Correspondent.STEPS} == set(PERSON)
    assert list(Article.State.values) == [
        "first_reading", "second_reading", "final_reading", "signed", "published", "withdrawn",
        "discarded",
    ]  # fmt: skip
    assert list(Manuscript.State.values) == [
        "draft", "submitted", "claimed", "returned", "accepted", "declined", "retracted",
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("state", Article.State.values)
def test_article_state_by_step_by_role(state):
    readers = [f.editor("r1"), f.managing("r2"), f.chief("r3")]
    made = f.article_in(state, readers)
    address = reverse("admin:articles_article_step", args=[made.pk])
    seen, wanted = {}, {}
    for number, role in enumerate(EVERY_ROLE):
        client = f.signed_in(f.account(f"p{number}", role, staff=role != WRITER))
        for row in Article.STEPS:
            sources, target, who = ARTICLE[row.name]
            allowed = state in sources and role in who
            wanted[role, row.name] = target if allowed else state
            seen[role, row.name] = tried(
                client, address, AT | {"_step": row.name, "_seen": f.seen(address)}, made
            )
    assert seen == wanted


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["first_reading", "second_reading", "final_reading", "signed"])
def test_a_working_copy_state_by_step_by_role(state):
    readers = [f.editor("r1"), f.managing("r2"), f.chief("r3")]
    original = f.article_in("published", readers)
    made = original.open_copy(by=readers[0])
    before = made.content()
    made.title = "改过的标题"
    made.save()
    made.settle_edit(by=f.editor("r4"), before=before)
    for reader in readers:
        if made.state != state:
            made.sign(by=reader)
    assert made.state == state
    address = reverse("admin:articles_article_step", args=[made.pk])
    seen, wanted = {}, {}
    for number, role in enumerate(EVERY_ROLE):
        client = f.signed_in(f.account(f"p{number}", role, staff=role != WRITER))
        for row in Article.STEPS:
            sources, target, who = COPY[row.name]
            allowed = state in sources and role in who
            wanted[role, row.name] = target if allowed else state
            seen[role, row.name] = tried(
                client, address, AT | {"_step": row.name, "_seen": f.seen(address)}, made
            )
            original.refresh_from_db()
            assert original.is_public
    assert seen == wanted


@pytest.mark.django_db
@pytest.mark.parametrize("state", [s for s in Manuscript.State.values if s != "draft"])
def test_manuscript_state_by_step_by_role(state):
    made = f.manuscript_in(state, f.correspondent(), f.editor("desk"))
    address = reverse("admin:submissions_manuscript_step", args=[made.pk])
    seen, wanted = {}, {}
    for number, role in enumerate(EVERY_ROLE):
        client = f.signed_in(f.account(f"p{number}", role, staff=role != WRITER))
        for row in Manuscript.STEPS:
            sources, target, who = MANUSCRIPT[row.name]
            allowed = state in sources and role in who
            wanted[role, row.name] = target if allowed else state
            seen[role, row.name] = tried(
                client,
                address,
                {"_step": row.name, "_note": "意见", "_seen": f.seen(address)},
                made,
            )
    assert seen == wanted


@pytest.mark.django_db
@pytest.mark.parametrize("state", Manuscript.State.values)
def test_the_authors_own_steps_belong_to_the_author_alone(state):
    author, other = f.correspondent(), f.correspondent("qian", "钱通讯")
    made = f.manuscript_in(state, author, f.editor("desk"))
    seen, wanted = {}, {}
    for name, user in (("author", author.user), ("other", other.user), ("desk", f.chief())):
        client = f.signed_in(user)
        for row in Manuscript.STEPS:
            sources, target = OWN.get(row.name, (set(), ""))
            address = reverse("submissions:take", args=[made.pk, row.name])
            wanted[name, row.name] = target if state in sources and name == "author" else state
            seen[name, row.name] = tried(client, address, {"_note": "意见"}, made)
    assert seen == wanted


@pytest.mark.django_db
@pytest.mark.parametrize("state", Correspondent.State.values)
def test_correspondent_state_by_step_by_role(state):
    person = f.person(state=state)
    address = reverse("admin:correspondents_correspondent_step", args=[person.pk])
    seen, wanted = {}, {}
    for number, role in enumerate(EVERY_ROLE):
        client = f.signed_in(f.account(f"p{number}", role, staff=role != WRITER))
        for row in Correspondent.STEPS:
            sources, target = PERSON[row.name]
            allowed = state in sources and role in MANAGES_PEOPLE
            wanted[role, row.name] = target if allowed else state
            seen[role, row.name] = tried(
                client,
                address,
                {"_step": row.name, "_note": "意见", "_seen": f.seen(address)},
                person,
            )
    assert seen == wanted


@pytest.mark.django_db
def test_a_person_with_sections_of_his_own_moves_nothing_elsewhere():
    readers = [f.editor("r1"), f.managing("r2"), f.chief("r3")]
    made = f.article_in("second_reading", readers)
    reader = f.managing("r4", "分栏主编")
    reader.desk_assignments.create(section=f.section("sanwen"))
    address = reverse("admin:articles_article_step", args=[made.pk])
    client = f.signed_in(reader)
    assert (
        tried(client, address, {"_step": "sign_second", "_seen": f.seen(address)}, made)
        == "second_reading"
    )
    reader.desk_assignments.create(section=f.section("jukuang"))
    assert (
        tried(client, address, {"_step": "sign_second", "_seen": f.seen(address)}, made)
        == "final_reading"
    )
