"""Every step of the three nouns, by people who have every role and stand in some relation to it.

``test_matrix.py`` walks state, step and role; here somebody holds all the roles, and it is his own
piece, or not his section, or his account is no longer good. Through HTTP, as the desk does it.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from articles.models import Article, Byline, DeskAssignment, Section
from correspondents.models import Correspondent
from portal import roles
from submissions.models import Manuscript
from submissions.models.byline import ManuscriptByline
from tests import factories as f
from tests.test_matrix import tried

pytestmark = pytest.mark.django_db

STRANGER = "nobody in particular"
ENDS = ("inactive", "not staff", "other section")  # nothing may be done
SIGNS = {"sign_first", "sign_second", "sign_final"}
DECIDES = {"accept", "decline", "send_back", "resume", "ask_resume"}
# relation: the steps of articles, of manuscripts and of people that are refused because of it
RELATIONS: dict[str, tuple[set[str], set[str], set[str]]] = {
    STRANGER: (set(), set(), set()),
    "own manuscript": (SIGNS, DECIDES, set()),
    "own byline": (SIGNS, DECIDES, set()),
    "linked account": (SIGNS, DECIDES, set()),
    "entered by": (SIGNS, set(), set()),
    "hidden section": (set(), set(), set()),
    "own record": (set(), set(), {"*"}),
    "inactive": ({"*"}, {"*"}, {"*"}),
    "not staff": ({"*"}, {"*"}, {"*"}),
    "other section": ({"*"}, {"*"}, set()),
}
FORM = {"_note": "意见", "_at": "2199-01-01T08:00", "_sure": "1"}


def everyone() -> User:
    """Somebody with every role of the desk."""
    user = f.account("quan", name="全编辑")
    for role in (roles.EDITOR, roles.MANAGING, roles.CHIEF, roles.ADMINISTRATOR):
        f.give_role(user, roles.Group.objects.get(name=role), by=None)
    return user


class World:
    """One relation between ``user`` and the pieces that are made."""

    def __init__(self, relation: str) -> None:
        self.relation = relation
        self.user = everyone()
        self.desk = f.editor("desk")
        self.readers = [f.editor("r1"), f.managing("r2"), f.chief("r3")]
        self.author = f.correspondent("zuozhe", "作者")
        if relation in ("own manuscript", "own record"):
            self.author = f.person("全编辑", user=self.user)
        self.own = (
            f.person("全编辑", "另一个矿") if relation in ("own byline", "linked account") else None
        )

    def settle(self) -> None:
        """What becomes true after the piece was made: accounts and sections change."""
        user, relation = self.user, self.relation
        if relation == "inactive":
            User.objects.filter(pk=user.pk).update(is_active=False)
        if relation == "not staff":
            User.objects.filter(pk=user.pk).update(is_staff=False)
        if relation == "other section":
            DeskAssignment.objects.create(user=user, section=f.section("sanwen"))
        if relation == "hidden section":
            Section.objects.update(is_visible=False)
        if relation in ("own byline", "linked account") and self.own is not None:
            Correspondent.objects.filter(pk=self.own.pk).update(user=user)

    def manuscript(self, state: str) -> Manuscript:
        made = f.manuscript(self.author)
        if self.relation == "own byline":
            ManuscriptByline.objects.create(
                manuscript=made, position=1, name="全编辑", unit_text="另一个矿", role="author"
            )
        if self.relation == "entered by":
            Manuscript.objects.filter(pk=made.pk).update(entered_by=self.user)
            made.refresh_from_db()
        if self.relation == "linked account":
            Manuscript.objects.filter(pk=made.pk).update(author=self.own)
            made.refresh_from_db()
            made.author.refresh_from_db()
        if state == "draft":
            return made
        sender = self.author.user or self.desk
        if self.relation == "linked account":
            Correspondent.objects.filter(pk=self.own.pk).update(user=self.user)
            made.author.refresh_from_db()
            sender = self.user
        made.submit(by=sender)
        verbs = {
            "claimed": lambda: made.claim(by=self.desk),
            "returned": lambda: made.send_back(by=self.desk, note="请补充"),
            "accepted": lambda: made.accept(by=self.desk),
            "declined": lambda: made.decline(by=self.desk, note="不用"),
            "retracted": lambda: made.retract(by=sender),
        }
        verbs.get(state, lambda: None)()
        assert made.state == state
        return made

    def article(self, state: str) -> Article:
        """An article of such a manuscript, under a byline that names somebody else."""
        article = self.manuscript("accepted").article
        article.bylines.all().delete()
        Byline.objects.create(article=article, name="别的名字")
        article.settle_edit(by=self.desk, before={})
        for target, reader in zip(
            ("second_reading", "final_reading", "signed"), self.readers, strict=True
        ):
            if article.state == state or state == "discarded":
                break
            article.sign(by=reader)
            assert article.state == target
        if state == "discarded":
            article.discard(by=self.desk, note="重复")
        if state in ("published", "withdrawn"):
            article.publish(by=self.desk)
        if state == "withdrawn":
            article.withdraw(by=self.readers[2], note="有误")
        assert article.state == state
        return article

    def person(self, state: str) -> Correspondent:
        Correspondent.objects.filter(pk=self.author.pk).update(state=state)
        self.author.refresh_from_db()
        return self.author


def walked(world: World, kind: str, model, states, make) -> dict[tuple[str, str], bool]:
    """Try every step from every state; return which of them moved anything."""
    app = model._meta.app_label
    moved: dict[tuple[str, str], bool] = {}
    client = Client()
    client.force_login(world.user, backend="django.contrib.auth.backends.ModelBackend")
    pieces = {state: make(state) for state in states}
    world.settle()
    for state, made in pieces.items():
        if kind == "correspondent":
            made = world.person(state)  # one record, in one state after the other
        address = reverse(f"admin:{app}_{kind}_step", args=[made.pk])
        for row in model.STEPS:
            if state not in row.sources or row.automatic or row.name in SPECIAL:
                continue
            before = type(made)._default_manager.get(pk=made.pk)
            data = FORM | {"_step": row.name, "_seen": before.version_token}
            now = changed_at(client, address, data, made)
            moved[row.name, state] = now != before.state_changed_at
    return moved


def changed_at(client: Client, address: str, data: dict[str, str], noun):
    """When it was moved last, after a try that is rolled back."""
    seen = []

    def look(_: object) -> None:
        seen.append(type(noun)._default_manager.get(pk=noun.pk).state_changed_at)

    client.post = _and_then(client.post, look)  # type: ignore[method-assign]
    try:
        tried(client, address, data, noun)
    finally:
        del client.post
    return seen[-1]


def _and_then(post, look):
    def both(*args, **kwargs):
        answer = post(*args, **kwargs)
        look(answer)
        return answer

    return both


# Steps with a condition of their own besides, walked elsewhere; and the author's own.
SPECIAL = {
    "unschedule", "give_up", "pass_on", "submit", "retract", "agree", "disagree", "apply_again",
    "leave",
}  # fmt: skip


def expected(moved, refused: set[str], impossible: set[tuple[str, str]]) -> dict:
    return {
        (step, state): "*" not in refused
        and step not in refused
        and (step, state) not in impossible
        for step, state in moved
    }


@pytest.mark.parametrize("relation", [one for one in RELATIONS if one != "own record"])
def test_articles(relation):
    world = World(relation)
    moved = walked(world, "article", Article, Article.State.values, world.article)
    # Not public yet: its signature is taken back instead.
    assert moved == expected(moved, RELATIONS[relation][0], {("withdraw", "signed")})
    assert len(moved) >= 14


@pytest.mark.parametrize("relation", [one for one in RELATIONS if one != "own record"])
def test_manuscripts(relation):
    world = World(relation)
    states = [state for state in Manuscript.State.values if state != "draft"]
    moved = walked(world, "manuscript", Manuscript, states, world.manuscript)
    assert moved == expected(moved, RELATIONS[relation][1], set())
    assert len(moved) >= 11


@pytest.mark.parametrize(
    "relation", [STRANGER, "own record", "inactive", "not staff", "other section", "hidden section"]
)
def test_people(relation):
    world = World(relation)
    moved = walked(world, "correspondent", Correspondent, Correspondent.State.values, world.person)
    assert moved == expected(moved, RELATIONS[relation][2], set())
    assert len(moved) >= 12
