"""Separation of duties 三审分离: who does not sign a reading of an article."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from articles.content.base_article import BaseArticle
from articles.content.steps import FIRST
from articles.signals import writers_asked
from articles.text.richtext import to_text


def may_not_sign(article: BaseArticle, stage: str, user: User, *, override: bool = False) -> str:
    """Return why this person may not sign the stage, in Chinese; empty where he may.

    Nobody signs what he wrote, is named on or entered for somebody else; nobody signs two stages,
    nor beyond 初审 what he began at the desk: ``override`` sets these two aside.
    """
    if not to_text(article.body) and not article.images.exists():
        return "正文和图片都是空的，不能通过。"
    if article.bylines.filter(correspondent__user=user).exists():
        return "本稿署有您的姓名，请由其他编辑审读。"
    if user.pk in writers_of(article):
        return "本稿由您撰写或代投，请由其他编辑审读。"
    if override:
        return ""
    earlier = article.readings.valid().filter(signed_by=user).exclude(stage=stage).first()
    if earlier:
        return f"您已签过本稿的{earlier.get_stage_display()}，同一人不能签两个审级。"
    began = article.created_by_id == user.pk and article.provenance == article.Provenance.DESK
    if stage != FIRST and began:
        return "本稿由您建立，您只能签初审。"
    return ""


def writers_of(article: BaseArticle) -> set[int]:
    """Return the accounts of those who wrote or entered it, whatever its bylines say now."""
    number = article.copy_of_id or article.pk
    answers: list[tuple[Any, Any]] = writers_asked.send(sender=type(article), article=number)
    return {account for _, accounts in answers for account in accounts}
