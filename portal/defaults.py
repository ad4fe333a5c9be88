"""What a new site starts with besides its sections: menus, static pages, grades, reasons."""

from django.db import transaction

from articles.models import Section
from correspondents.models import Grade, LetterText, PrivacyNotice
from portal.models import MenuItem, Page
from submissions.models import DeclineReason, SubmissionRules

GROUPS = {
    "要闻": "/zonglan/ jianxun jiaodian meiqi jukuang fangtan texie",
    "安全": "anquan anjian shigu",
    "行业": "kuangjian changshang jingyan",
    "党群": "dangqun wenjiao renwu lunwen",
    "影像": "tupian huandeng sheying shuhua",
    "副刊": "sanwen shici xiezuo xiaoshuo",
}
FREQUENT = {*["jiaodian", "jukuang", "anquan", "tupian", "dangqun", "lunwen", "sanwen", "shici"]}
GRADES = ("通讯员", "特约通讯员", "特约记者")
REASONS = (
    "时效已过",
    "内容重复",
    "要素不全",
    "未经单位审核",
    "图片不合要求",
    "广告性质",
    "涉密或敏感",
    "不属本网范围",
    "文字质量",
    "疑似抄袭",
)
RULES = (
    "投稿须由实名登记的通讯员本人提交，稿件内容真实，署名人均已知情同意。",
    "涉及生产、安全、人事和涉密内容的稿件，须先经所在单位审核同意。",
    "简讯三百字以内，消息三百至八百字，通讯特写一千五百字以内，言论一千二百字以内，"
    "论文五千字以内，诗词四十行以内。",
    "新闻稿一般应在事件发生后三日内投送。",
    "图片用手机或相机拍摄的原图，单张不超过 20 MB，每图附说明（时间、地点、人物、事件）"
    "和拍摄者姓名，不得合成和实质性修改；长边不足一千像素的，放大看会发虚。",
    "请勿一稿多投；已在他处发表的，投稿时请注明。",
    "自投稿之日起十五日内未通知采用的，作者可以自行处理。",
    "本网有权作文字性修改，不同意修改的请在“给编辑的话”里注明。",
    "不得抄袭；人工智能辅助生成的内容须注明。",
    "联系方式只用于编务联络，不对外公开。",
)
PAGES = (
    (
        "guanyu",
        "关于本网",
        "<p>煤炭资讯网是面向煤炭行业的新闻资讯网站，稿件主要由各矿区的特约通讯员采写，"
        "经编辑部审读后发布。</p>"
        "<h2>谁在采编</h2>"
        "<p>稿件实行三审三校：初审、复审、终审由三个不同的人签署，签发后才能发布；"
        '简讯、诗词等实行两审。采编人员的姓名和任期列在<a href="/caibian/">采编名录</a>，'
        "可以查看以往任何一天由谁负责。</p>"
        "<h2>怎样更正</h2>"
        "<p>发现文章有误，请在文章页点“我要纠错”，编辑会核对原文。确有错误的，在文章末尾注明更正，"
        '同时列入<a href="/gengzheng/">更正</a>页；不再适合刊出的文章撤回，原地址说明已经撤回。</p>'
        "<h2>广告与新闻</h2>"
        "<p>“厂商在线”由厂商提供内容，每条都标明“广告”，不当作新闻编排，也不参加排行。</p>"
        "<h2>阅读数怎样算</h2>"
        "<p>文章打开并停留数秒后计一次，同一读者半小时内重复打开只算一次，能识别的爬虫不计。"
        "事故快报和厂商信息不显示阅读数，也不参加排行。</p>",
    ),
    (
        "banquan",
        "版权与转载",
        "<p>转载本网稿件，请注明来源和作者，并保持内容完整。本网转载的稿件注明原始来源；"
        "如有标注错误或侵犯您的合法权益，请在文章页点“我要纠错”，或与编辑部联系，"
        "我们将及时更正或删除。</p>",
    ),
    (
        "yinsi",
        "隐私说明",
        "<p>本说明适用于不登录的读者。通讯员的个人信息另见登记时的告知书。</p>"
        "<h2>阅读不需要登记</h2>"
        "<p>读者浏览本网不需要登记个人信息。显示设置（深色、字号、长者模式）"
        "只保存在您的浏览器里。本网页面不加载第三方的脚本、统计和广告。</p>"
        "<h2>阅读数</h2>"
        "<p>为了统计文章的阅读数，您打开文章数秒后，浏览器向本网发一个不带 Cookie 的请求。"
        "为避免重复计数，服务器把网络地址、浏览器名称和文章编号合在一起加密成无法还原的摘要，"
        "只放在内存里半小时，密钥每天更换，不写入数据库。保存下来的只有每篇文章每天的次数。"
        "您的浏览器也会在当前窗口里记下读过的文章，关闭窗口即清除。</p>"
        "<h2>访问日志</h2>"
        "<p>服务器的访问日志（网络地址、时间、页面）依照《网络安全法》留存不少于六个月，"
        "只用于网络安全，不用于统计读者。</p>"
        "<h2>纠错</h2>"
        "<p>“我要纠错”不要求留下姓名。您自愿留下的联系方式只给处理的编辑核实使用，"
        "查看会留下记录，处理完三十天后自动删除。为防止滥用，同一网络地址一小时内提交的次数有限制，"
        "用于计数的地址摘要一小时后失效。</p>"
        "<h2>通讯员</h2>"
        "<p>通讯员的姓名和单位随稿件署名公开；是否公开个人档案由本人另行决定。"
        "电话、邮箱等联系方式只用于编务联络，不对外公开。</p>"
        "<h2>您的权利</h2>"
        "<p>文章涉及您的个人信息，您认为不应公开的，请在文章页点“我要纠错”，选“侵权或隐私”，"
        "或用页脚的电话、邮箱与编辑部联系。</p>",
    ),
    (
        "wuzhangai",
        "无障碍说明",
        "<p>本网以国家标准《信息技术 互联网内容无障碍可访问性技术要求与测试方法》"
        "（GB/T 37668-2019）二级和 WCAG 2.1 AA 级为目标。</p>"
        "<h2>已经做到的</h2>"
        "<ul><li>全部栏目和文章不依赖脚本即可阅读，可以只用键盘操作：每页第一个链接是“跳到正文”；</li>"
        "<li>页面顶部可以切换长者模式（大字、高对比、单栏）和深色显示，"
        "文章页可以选择小、中、大、特大四种字号；</li>"
        "<li>文字与底色的对比度不低于 4.5 比 1，状态不只用颜色表示；</li>"
        "<li>窗口窄到 320 像素（相当于放大四倍）时，页面不用左右滚动；</li>"
        "<li>没有自动播放、闪烁和自动滚动的内容，系统设为减少动画时没有动画；</li>"
        "<li>表单的错误用文字说明，已经填写的内容不会丢失。</li></ul>"
        "<h2>已知的不足</h2>"
        "<ul><li>旧站导入的图片，多数没有替代文字，编辑部正在逐步补写；</li>"
        "<li>编辑部后台使用的正文编辑器不是本网开发，部分按钮用读屏软件操作不便；</li>"
        "<li>没有提供手语和语音播报。</li></ul>"
        "<h2>检查和反馈</h2>"
        "<p>以上由本网自查，没有经过第三方检测；最近一次自查是 2026 年 11 月，"
        "在电脑和手机宽度的 Chromium 浏览器上，用自动化测试和键盘操作进行。"
        "遇到看不清、点不到、读不出的地方，请用页脚的电话、邮箱告诉编辑部，写明页面地址和使用的设备，"
        "我们在十五个工作日内答复。</p>",
    ),
)


NOTICE = """煤炭资讯网（以下称本网）为编发稿件收集和使用通讯员的个人信息，遵守《中华人民共和国个人信息保护法》。
收集什么：真实姓名、单位、部门、职务、手机，用于核实身份、署名、聘任和编务联络；邮箱、常用署名、擅长体裁、照片、推荐单位、推荐人、推荐函由您自愿提供。不收集身份证号、民族、籍贯、政治面貌、家庭住址和银行账号。
公开什么：发表的稿件按惯例署名，写明姓名和当时的单位。是否公开个人档案、是否公开照片，由您另行单独同意，可以随时撤回，撤回后相关页面立即消失。手机、邮箱从不公开。
谁能看到：编辑部只看到遮挡过的手机号和邮箱，经授权的人员查看完整号码会留下记录。单位通联负责人能看到本单位通讯员的姓名、稿件状态和用稿清单，看不到联系方式和草稿。
保存多久：没有通过的登记保留 90 天；没有采用的稿件附件保留 180 天；到期自动清除。已发表作品及其署名作为报道档案长期保存。登录记录至少保存六个月。
您的权利：登录后在“我的资料”里可以查阅、更正、下载全部资料，撤回同意，注销账号。注销后联系方式等资料立即清除，已发表作品的署名保留；要去掉署名，请与编辑部联系。
委托处理：邮件由本网委托的邮件服务商发送，只用于投递通知。
有疑问或者要投诉，请用页脚的电话、邮箱与编辑部联系。"""


@transaction.atomic
def install_site() -> None:
    """Fill what is still empty; what editors have changed or removed stays as it is."""
    if not MenuItem.objects.exists():
        _menus()
    if not Page.objects.exists():
        for position, (slug, title, body) in enumerate(PAGES):
            Page.objects.create(slug=slug, title=title, body=body, position=position)
    if not PrivacyNotice.objects.exists():
        PrivacyNotice.objects.create(version=1, body=NOTICE)
    if not Grade.objects.exists():
        for position, name in enumerate(GRADES):
            Grade.objects.create(name=name, position=position)
    if not DeclineReason.objects.exists():
        for position, text in enumerate(REASONS):
            DeclineReason.objects.create(text=text, position=position)
    if not SubmissionRules.objects.exists():
        _rules()
    LetterText.complete()


def _rules() -> None:
    """Make the first version of the rules; a site that had them as a page keeps its words."""
    page = Page.objects.filter(slug="tougaoxuzhi").first()
    body = page.body if page else "<ol>" + "".join(f"<li>{rule}</li>" for rule in RULES) + "</ol>"
    SubmissionRules.objects.create(version=1, body=body)
    if page:
        page.delete()


def _menus() -> None:
    MenuItem.objects.create(label="首页", url="/", position=0, is_frequent=True)
    sections = {section.slug: section for section in Section.objects.all()}
    for position, (label, entries) in enumerate(GROUPS.items(), start=1):
        group = MenuItem.objects.create(label=label, position=position)
        for inner, entry in enumerate(entries.split()):
            if entry.startswith("/"):
                MenuItem.objects.create(parent=group, label="总揽", url=entry, position=inner)
            else:
                MenuItem.objects.create(
                    parent=group,
                    section=sections[entry],
                    position=inner,
                    is_frequent=entry in FREQUENT,
                )
