"""Letters by mail: which there are, what they say unless the desk says it better, how they fill.

A letter is plain text with placeholders such as ``{姓名}``: no template language, so that a text
edited at the desk can reach nothing but the values it was given. Apps above add their own kinds
with :func:`register`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

PLACEHOLDER = re.compile(r"\{([^{}\s]{1,12})\}")


@dataclass(frozen=True)
class LetterKind:
    """One kind of letter: its key, what the desk calls it, its text, its placeholders.

    ``samples`` gives every placeholder with a value for the preview.
    """

    key: str
    label: str
    subject: str
    body: str
    samples: Mapping[str, str] = field(default_factory=dict)


KINDS: dict[str, LetterKind] = {}


def register(*kinds: LetterKind) -> None:
    """Make kinds of letters known."""
    for kind in kinds:
        KINDS[kind.key] = kind


def fill(text: str, values: Mapping[str, object]) -> str:
    """Return the text with its placeholders filled; one without a value becomes empty."""
    return PLACEHOLDER.sub(lambda match: str(values.get(match[1], "")), text)


def unknown(text: str, kind: LetterKind) -> list[str]:
    """Return the placeholders of a text that this kind of letter does not have."""
    return sorted({name for name in PLACEHOLDER.findall(text) if name not in kind.samples})


_PERSON = {"姓名": "周砚秋", "资料地址": "https://example.com/zhanghu/ziliao/"}
register(
    LetterKind(
        "approved",
        "登记通过",
        "您已受聘为{级别}",
        """{姓名}：

您的登记已经通过，档案号 {档案号}，聘期至 {聘期至}。
现在可以用用户名或登记的手机号登录投稿：
{投稿地址}

是否公开个人档案由您自己决定，在“我的资料”里选择：
{资料地址}""",
        {
            **_PERSON,
            "级别": "特约通讯员",
            "档案号": "T0312",
            "聘期至": "2028年11月24日",
            "投稿地址": "https://example.com/tougao/",
        },
    ),
    LetterKind(
        "refused",
        "登记没有通过",
        "您的通讯员登记没有通过",
        """{姓名}：

您的通讯员登记这次没有通过。原因：{原因}

改正后可以再次申请；没有通过的登记资料保留 {保留天数} 天，之后自动清除：
{资料地址}""",
        {**_PERSON, "原因": "单位名称填写不全。", "保留天数": "90"},
    ),
    LetterKind(
        "renewed",
        "续聘",
        "您已续聘",
        """{姓名}：

您的通讯员聘期已续到 {聘期至}。
{资料地址}""",
        {**_PERSON, "聘期至": "2028年11月24日"},
    ),
    LetterKind(
        "term_ending",
        "聘期将满",
        "您的聘期将在 {聘期至} 到期",
        """{姓名}：

您的通讯员聘期到 {聘期至} 为止。编辑部会在到期前办理续聘；
如果单位、职务或联系方式有变动，请先更新资料：
{资料地址}""",
        {**_PERSON, "聘期至": "2026年12月24日"},
    ),
    LetterKind(
        "role_news",
        "角色的授予（寄给总编辑、副总编）",
        "{事项}",
        """{姓名}：

{事项}。
全部角色和待确认的：
{地址}""",
        {
            "姓名": "高远",
            "事项": "管理员提出让“青岩”担任“主编”，等您或另一位确认",
            "地址": "https://example.com/admin/correspondents/rolegrant/",
        },
    ),
    LetterKind(
        "staff_reset",
        "编辑部账号的邀请或重设密码",
        "请设置您在编辑部的密码",
        """{姓名}：

请打开下面的链接设置密码，链接三天内有效，只能用一次：
{链接}

您的用户名是 {用户名}。这个链接只给您本人用，请不要转给别人。""",
        {"姓名": "青岩", "用户名": "qingyan", "链接": "https://example.com/zhanghu/mima/……/"},
    ),
    LetterKind(
        "confirm_mail",
        "确认邮箱",
        "请确认您的邮箱",
        """您好：

有人在煤炭资讯网把这个邮箱登记为通讯员的联系邮箱。是您本人的话，请打开下面的链接确认，
之后可以用这个邮箱登录和重设密码。链接三天内有效：
{链接}

不是您本人，请不用理会这封信。""",
        {"链接": "https://example.com/zhanghu/youxiang/……/"},
    ),
)
