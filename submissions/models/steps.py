"""The states of a manuscript and the table of its steps (DECISIONS: states, the way)."""

from __future__ import annotations

from correspondents.lifecycle import step

DRAFT, SUBMITTED, CLAIMED, RETURNED = "draft", "submitted", "claimed", "returned"
ACCEPTED, DECLINED, RETRACTED = "accepted", "declined", "retracted"
REVIEW = "submissions.review_manuscript"
ASSIGN = "submissions.assign_manuscript"
ENTER = "submissions.enter_manuscript"

MANUSCRIPT_STEPS = (
    step("submit", "提交审稿", {DRAFT, RETURNED}, SUBMITTED, tone="primary"),
    step("retract", "撤回稿件", {SUBMITTED, CLAIMED, RETURNED}, RETRACTED, tone="danger"),
    step(
        "accept",
        "采用",
        {SUBMITTED, CLAIMED},
        ACCEPTED,
        permission=REVIEW,
        batch=True,
        tone="primary",
        undoable=True,
    ),
    step("resume", "恢复处理", {RETURNED}, CLAIMED, permission=REVIEW, note_required=True),
    step(
        "ask_resume",
        "恢复处理（要作者同意）",
        {DECLINED},
        DECLINED,
        permission=REVIEW,
        note_required=True,
    ),
    step("agree", "同意恢复处理", {DECLINED}, CLAIMED, tone="primary"),
    step("disagree", "不同意", {DECLINED}, DECLINED),
    step("claim", "认领", {SUBMITTED}, CLAIMED, permission=REVIEW, batch=True),
    step("release", "放回待处理", {CLAIMED}, SUBMITTED, permission=REVIEW, batch=True),
    step("pass_on", "转给同事", {SUBMITTED, CLAIMED}, CLAIMED, permission=REVIEW),
    step(
        "send_back",
        "退作者修改",
        {SUBMITTED, CLAIMED},
        RETURNED,
        permission=REVIEW,
        note_required=True,
        undoable=True,
    ),
    step(
        "decline",
        "不采用",
        {SUBMITTED, CLAIMED},
        DECLINED,
        permission=REVIEW,
        note_required=True,
        batch=True,
        tone="danger",
        undoable=True,
    ),
    step(
        "recall",
        "采用后退作者修改",
        {ACCEPTED},
        RETURNED,
        permission=REVIEW,
        note_required=True,
    ),
)
# The author's own, whoever holds which right.
OWN_STEPS = frozenset({"submit", "retract", "agree", "disagree"})
# What the author is told after a step: the kind of the letter.
TOLD = {
    "submit": "received",
    "retract": "retracted",
    "claim": "claimed",
    "release": "waiting_again",
    "send_back": "returned",
    "recall": "returned",
    "decline": "declined",
    "resume": "resumed",
    "ask_resume": "resume_asked",
    "accept": "accepted",
}
