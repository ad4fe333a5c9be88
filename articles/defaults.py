"""The sections a new site starts with. Editors change them afterwards; nothing is put back."""

from django.db import transaction

from articles.models import Genre, Section, SectionAlias, WordRule

# Genre and the length that the rules for manuscripts name: characters, lines for verse.
GENRES: dict[str, int | None] = {
    "简讯": 300,
    "消息": 800,
    "图片新闻": 300,
    "经验": 1500,
    "通讯": 1500,
    "特写": 1500,
    "言论": 1200,
    "论文": 5000,
    "访谈": 3000,
    "散文": 2000,
    "诗词": 40,
    "小说": None,
    "故事": None,
    "杂文": 1500,
    "摄影": 300,
    "书画": 300,
    "业务": 1500,
    "推广": None,
}

# name, full name, slug, code, layout, genre, stages, author in title, open to correspondents, text
_ROWS = """
简讯||jianxun|brief|standard|简讯|2|||一句话说清的矿区新事，三百字以内。
局矿快报||jukuang|bureau-mine|standard|消息|3|||来自各矿务局、矿井与厂处的一线消息，每日更新。
煤企聚焦||meiqi|enterprise|standard|消息|3|||煤炭企业的改革、经营与管理动态。
焦点话题||jiaodian|focus|standard|通讯|3|||行业里正在发生、值得多看一眼的事。
图片新闻||tupian|photo-news|gallery|图片新闻|3|||用镜头记录矿区的一天。
安全专题||anquan|safety|standard|通讯|3|||警示、做法与经验，安全从班前开始。
安监动态||anjian|supervision|standard|消息|3|||监管监察机构的检查、通报与服务。
事故快报||shigu|accident|accident|消息|3|||只据权威发布，只记事实。
党群工作||dangqun|party-mass|standard|消息|3|||党建、工会、共青团与女工工作。
经验交流||jingyan|experience|standard|经验|3|||基层的办法与教训，写给同行看。
矿建勘探||kuangjian|construction|standard|消息|3|||建井、地质、测量与工程一线。
文教卫生||wenjiao|culture-health|standard|消息|3|||矿区的学校、医院、文化与体育。
厂商在线||changshang|vendors|vendor|推广|2||no|供应商发布的产品信息，均为广告。
通讯特写||texie|feature|standard|通讯|3|||现场、人物与细节。
人物展示||renwu|people|standard|通讯|3|||矿区里的普通人和不普通的事。
领导访谈||fangtan|interview|interview|访谈|3|||把问题问到点子上。
论文言论|论文、言论|lunwen|opinion|standard|言论|3|yes||观点、研究与思考。
散文||sanwen|prose|standard|散文|3|yes||井上井下，皆有文章。
诗词||shici|poetry|verse|诗词|2|yes||矿工的诗，写给灯光和煤。
小说故事杂文|小说、故事、杂文|xiaoshuo|fiction|standard|小说|3|yes||小说、故事与杂文，长篇可连载。
摄影||sheying|photography|gallery|摄影|3|||单幅与组照。
幻灯片||huandeng|slides|gallery|图片新闻|3|||首页焦点图与成组图片。
书画展||shuhua|art|gallery|书画|3|||职工书法、国画、篆刻与剪纸。
写作||xiezuo|writing|standard|业务|3|||写作业务与通讯员通知。
"""
# Labels that pages of the old site print.
ALIASES = {
    "lunwen": ("论文、言论", "论文,言论"),  # zh-punct: keep
    "xiaoshuo": ("小说、故事、杂文",),
    "shici": ("诗歌版", "诗歌"),
}


def install_words() -> int:
    """Fill the lists of words of a site that has none; return how many."""
    return WordRule.objects.install()


@transaction.atomic
def install_sections() -> int:
    """Create genres, sections and old labels on a site that has no sections; return how many."""
    if Section.objects.exists():
        return 0
    genres = {
        name: Genre.objects.get_or_create(
            name=name, defaults={"position": position, "longest": longest}
        )[0]
        for position, (name, longest) in enumerate(GENRES.items())
    }
    for position, line in enumerate(_ROWS.strip().splitlines()):
        name, full, slug, code, layout, genre, stages, author, closed, text = line.split("|")
        section = Section.objects.create(
            name=name,
            full_name=full,
            slug=slug,
            code=code,
            layout=layout,
            genre=genres[genre],
            stages=int(stages),
            author_in_title=bool(author),
            accepts_submissions=not closed,
            description=text,
            position=position,
        )
        for label in ALIASES.get(slug, ()):
            SectionAlias.objects.create(section=section, label=label)
    return Section.objects.count()
