"""What the author is told when a manuscript moves: the kinds of letters, with their placeholders.

The subject of a letter is the sentence of the notice in the site, so that the two never differ.
Internal notes have no placeholder: no letter can hold one.
"""

from __future__ import annotations

from correspondents.letters import LetterKind, register

SAMPLES = {
    "姓名": "周砚秋",
    "标题": "白桦沟煤矿三号皮带检修完成",
    "稿号": "20261124-318",
    "第几稿": "1",
    "栏目": "局矿快报",
    "意见": "请补充检修的起止时间和参加人数。",
    "期限": "15",
    "稿件地址": "https://example.com/tougao/318/",
    "文章地址": "https://example.com/jukuang/5120/",
    "须知地址": "https://example.com/tougao/xuzhi/",
}
_END = """

进度随时可以在这里查看：
{稿件地址}"""
# event: what the desk calls it, the sentence, the rest of the letter
_KINDS: dict[str, tuple[str, str, str]] = {
    "received": (
        "收到来稿",
        "已收到《{标题}》第 {第几稿} 稿，稿号 {稿号}",
        "投到“{栏目}”。{期限} 天内没有采用的，您可以自行处理。",
    ),
    "claimed": ("开始审稿", "《{标题}》正在审稿", "编辑已经开始审读您的稿件。"),
    "waiting_again": (
        "重新排队",
        "《{标题}》回到待处理的队列",
        "稿件会由另一位编辑审读，您不用做什么。",
    ),
    "returned": (
        "退作者修改",
        "《{标题}》请修改后再提交",
        "编辑的意见：\n{意见}\n\n在原稿上修改并提交即可，不用另投。",
    ),
    "accepted": ("已采用", "《{标题}》已采用", "稿件已进入编审，发布后再通知您。"),
    "resumed": ("恢复处理", "《{标题}》由编辑部恢复处理", "不用修改了。原因：\n{意见}"),
    "resume_asked": (
        "请作者同意恢复",
        "编辑部想重新处理《{标题}》，请您答复",
        "原因：\n{意见}\n\n如果没有投给别处，请在稿件页面点“同意恢复处理”；已经另投的，请点“不同意”。",
    ),
    "declined": ("未采用", "《{标题}》这次没有采用", "原因：\n{意见}"),
    "retracted": ("作者撤回", "您已撤回《{标题}》", "稿件不再审读。需要时可以另投新稿。"),
    "released": (
        "超过期限",
        "《{标题}》已满 {期限} 天，您可以自行处理",
        "编辑部没有在约定的期限内作出决定，您可以另投他处；投他处请先撤回这篇稿件。抱歉让您久等。\n{须知地址}",
    ),
    "editing": ("回到编审", "《{标题}》回到编审", "稿件还要再审读一次，发布时间会晚一些。"),
    "signed": ("待发布", "《{标题}》已签发，等待发布", "三审已经完成。"),
    "published": ("已发布", "《{标题}》已发布", "在网站上阅读：\n{文章地址}"),
    "withdrawn": ("已撤稿", "《{标题}》已撤稿", "文章不再公开。有疑问请在稿件页面留言。"),
    "discarded": ("编审后未采用", "《{标题}》最终没有采用", "稿件在编审中没有通过。"),
    "message": ("编辑留言", "编辑就《{标题}》给您留言", "{意见}"),
    "request_answered": ("申请有了答复", "您对《{标题}》的申请有了答复", "{意见}"),
}
KINDS = {
    event: LetterKind(f"manuscript_{event}", label, subject, f"{{姓名}}：\n\n{body}{_END}", SAMPLES)
    for event, (label, subject, body) in _KINDS.items()
}
REMINDER = LetterKind(
    "desk_reminder",
    "超时稿件提醒（寄给编辑）",
    "有 {篇数} 篇来稿超时未处理",
    """{姓名}：

您负责的栏目有 {篇数} 篇来稿超过 {小时} 小时没有处理，最早的一篇已等待 {最久}：
{清单}

打开待处理的来稿：
{地址}""",
    {
        "姓名": "青岩",
        "篇数": "3",
        "小时": "24",
        "最久": "2 天",
        "清单": "· 白桦沟煤矿三号皮带检修完成（局矿快报，等待 2 天）",
        "地址": "https://example.com/admin/submissions/manuscript/?wait=overdue",
    },
)
register(*KINDS.values(), REMINDER)
