"""The way of an article as a table: three readings, publication, and the ways back."""

from __future__ import annotations

from correspondents.lifecycle import Step, step

FIRST, SECOND, FINAL = "first_reading", "second_reading", "final_reading"
SIGNED, PUBLISHED, WITHDRAWN, DISCARDED = "signed", "published", "withdrawn", "discarded"
# States in the order of the readings; an edit may fall back along it.
ORDER = (FIRST, SECOND, FINAL, SIGNED)


def stages_of(number: int) -> tuple[str, ...]:
    """Return the readings that a section of two or three stages asks for."""
    return (FIRST, SECOND, FINAL) if number == 3 else (FIRST, FINAL)


SIGN_STEPS = {FIRST: "sign_first", SECOND: "sign_second", FINAL: "sign_final"}

ARTICLE_STEPS: tuple[Step, ...] = (
    step(
        "sign_first",
        "通过初审",
        {FIRST},
        (SECOND, FINAL),
        permission="articles.sign_first",
        tone="primary",
        undoable=True,
    ),
    step(
        "sign_second",
        "通过复审",
        {SECOND},
        FINAL,
        permission="articles.sign_second",
        tone="primary",
        undoable=True,
    ),
    step(
        "sign_final",
        "通过终审并签发",
        {FINAL},
        SIGNED,
        permission="articles.sign_final",
        tone="primary",
        undoable=True,
    ),
    step(
        "publish",
        "立即发布",
        {SIGNED},
        PUBLISHED,
        permission="articles.publish_article",
        batch=True,
        tone="primary",
        by_system=True,
    ),
    step(
        "schedule",
        "定时发布",
        {SIGNED},
        SIGNED,
        permission="articles.publish_article",
        undoable=True,
    ),
    step(
        "unschedule",
        "取消定时",
        {SIGNED},
        SIGNED,
        permission="articles.publish_article",
        undoable=True,
    ),
    step(
        "pass_back_second",
        "退回初审",
        {SECOND},
        FIRST,
        permission="articles.sign_second",
        note_required=True,
        undoable=True,
    ),
    step(
        "pass_back_final",
        "退回上一审",
        {FINAL},
        (SECOND, FIRST),
        permission="articles.sign_final",
        note_required=True,
        undoable=True,
    ),
    step(
        "unsign",
        "撤回签发",
        {SIGNED},
        FINAL,
        permission="articles.sign_final",
        note_required=True,
        undoable=True,
    ),
    step(
        "discard",
        "放入回收站",
        {FIRST, SECOND, FINAL},
        DISCARDED,
        permission="articles.discard_article",
        note_required=True,
        tone="danger",
    ),
    step(
        "give_up",
        "放弃修改稿",
        {FIRST, SECOND, FINAL, SIGNED},
        DISCARDED,
        permission="articles.change_article",
        tone="danger",
    ),
    step("restore", "恢复到待初审", {DISCARDED}, FIRST, permission="articles.discard_article"),
    step(
        "withdraw",
        "撤稿",
        {SIGNED, PUBLISHED},
        WITHDRAWN,
        permission="articles.withdraw_article",
        note_required=True,
        batch=True,
        tone="danger",
        consequence="读者马上看不到它：首页、栏目、检索、订阅和图片一并撤下，原地址写明已撤稿；作者收到通知。"
        "原因只在编辑部内部留存。撤下后要再公开，须重新编审。",
    ),
    step("reopen", "重新编审", {WITHDRAWN}, FIRST, permission="articles.withdraw_article"),
    step(
        "fall_back",
        "改动后退回",
        {SECOND, FINAL, SIGNED},
        (FIRST, SECOND, FINAL),
        permission="articles.change_article",
        automatic=True,
        by_system=True,
    ),
)
