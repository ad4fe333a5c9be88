"""The way of a correspondent as a table: appointment, its pauses and its ends."""

from __future__ import annotations

from correspondents.lifecycle import Step, step

PENDING, ENGAGED, SUSPENDED = "pending", "engaged", "suspended"
EXPIRED, DISMISSED, CLOSED = "expired", "dismissed", "closed"
MANAGE = "correspondents.manage_correspondent"
# Those who were appointed and may be seen by readers, when they agree.
SHOWN = (ENGAGED, EXPIRED)
OPEN = (PENDING, ENGAGED, SUSPENDED, EXPIRED, DISMISSED)

PERSON_STEPS: tuple[Step, ...] = (
    step("approve", "聘任", {PENDING}, ENGAGED, permission=MANAGE, batch=True, tone="primary"),
    step(
        "refuse",
        "不予聘任",
        {PENDING},
        CLOSED,
        permission=MANAGE,
        note_required=True,
        batch=True,
    ),
    step("renew", "续聘", {ENGAGED, EXPIRED, DISMISSED}, ENGAGED, permission=MANAGE, batch=True),
    step("suspend", "暂停", {ENGAGED}, SUSPENDED, permission=MANAGE, note_required=True),
    step("resume", "恢复", {SUSPENDED}, ENGAGED, permission=MANAGE),
    step("expire", "到期", {ENGAGED}, EXPIRED, permission=MANAGE, batch=True, by_system=True),
    step(
        "dismiss",
        "解聘",
        {ENGAGED, SUSPENDED, EXPIRED},
        DISMISSED,
        permission=MANAGE,
        note_required=True,
        tone="danger",
    ),
    step(
        "close",
        "注销",
        {ENGAGED, SUSPENDED, EXPIRED, DISMISSED},
        CLOSED,
        permission=MANAGE,
        note_required=True,
        tone="danger",
    ),
    # The person's own: apply again after a refusal, leave for good.
    step("apply_again", "再次申请", {CLOSED}, PENDING),
    step("leave", "注销账号", set(OPEN), CLOSED),
    # What follows from something else: merged into another record, erased after its time.
    step("absorb", "并入另一份档案", {*OPEN, CLOSED}, CLOSED, permission=MANAGE, automatic=True),
    step("lapse", "逾期清除", {PENDING, CLOSED}, CLOSED, by_system=True, automatic=True),
)
# What the person says of himself, which the desk decides about.
SAID = (
    "name", "motto", "strengths", "photo", "letter", "recommending_unit", "recommender",
    "unit_text", "unit_since",
)  # fmt: skip
OWN_STEPS = frozenset({"apply_again", "leave"})
