"""S4: characters and words that stand twice, and the many that do so rightly. Never an error."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator

import regex

from articles.proofreading.found import NUMERAL, Finding, Level
from correspondents.names import HAN

# Characters that are doubled rightly, in words such as 人人, 常常, 滚滚, 红彤彤.
_DOUBLED = set(
    "人天年月日时家户处事样种层步句字代世件个次回条张本页把手口村队班组常刚渐慢快好早晚多少大小高长"
    "深远近轻重浓淡厚薄细粗满整仅偏恰统通足频每略默悄偷暗明早匆急忙稳紧松热暖凉冷冰甜香辣红绿蓝黄白黑"
    "青紫亮油彤洋融乎烘辣腾滔滚熊汹浩荡茫苍巍皑滴潺涓汪洋洒飘纷袅冉缓徐款盈翩楚洞朗郎娓侃津孜兢业战"
    "惴惶怏郁闷沉甸实在诚恳殷勤济济彬谦恂循依恋念谆切拳耿昭赫历灼炯奕累硕粒颗朵片丝缕点星斑串叠堆排行"
    "对双爸妈哥姐弟妹爷奶公婆叔伯姑舅姨宝乖看听说想走试谈聊讲问等笑坐歇转写读学练算数量闻尝摸敲拍扫擦"
    "洗晒收拾帮谢贺欢乐喜洋生代式世面方真千万亿落脉蒸欣勃堂堂朗飞赶静空光重静迟迢遥绵潇萧飒簌哗哈嘻呵"
    "啦嗡隆轰咚叮当啪噼沙刷唰嗖呼吁吱咯咕噜汪喵哒嘀嗒咣圆胖瘦矮尖弯直平方扁漫涟粼莹晶璨闪烁忽频区岌"
    "井条头丁星花草树山水云雨雪风夜"
    # ... and in names: 丽丽, 峰峰.
    "丽娜芳婷媛莹璐倩萍燕敏薇雯佳甜蕾露珊娟瑶阳鹏强龙军磊峰超勇霞艳玲琳颖慧梅兰菲蓓莉红建国平华伟"
) - {"量"}
# Words of three, and laws, in which a pair is right: 雄赳赳, 立法法.
_RIGHT = """
立法法 司法法 执法法 诉讼法法 雄赳赳 气昂昂 乱糟糟 兴冲冲 气冲冲 怒冲冲 直挺挺
硬邦邦 软绵绵 毛茸茸 傻乎乎 圆滚滚 亮堂堂 笑嘻嘻 笑眯眯 笑吟吟 笑盈盈 泪汪汪
水汪汪 绿油油 金灿灿 金闪闪 亮闪闪 亮晶晶 亮锃锃 热辣辣 火辣辣 甜丝丝 甜滋滋
喜滋滋 美滋滋 乐滋滋 静悄悄 慢吞吞 慢腾腾 热腾腾 雾腾腾 雾蒙蒙 灰蒙蒙 黑压压
黑乎乎 黑漆漆 黑魆魆 黑黝黝 白花花 白茫茫 白皑皑 孤零零 光秃秃 空荡荡 空落落
沉甸甸 胖墩墩 胖嘟嘟 红扑扑 红通通 羞答答 湿漉漉 湿淋淋 血淋淋 血糊糊 病恹恹
懒洋洋 暖烘烘 乱哄哄 闹哄哄 闹嚷嚷 响当当 急匆匆 急巴巴 可怜巴巴 干巴巴 眼巴巴
紧巴巴 皱巴巴 凶巴巴 干瘪瘪 瘦巴巴 明晃晃 颤巍巍 阴森森 冷冰冰 冷飕飕 凉飕飕
恶狠狠 赤裸裸 赤条条 活生生 死板板 稳当当 香喷喷 油腻腻 脏兮兮 惨兮兮 神秘兮兮
顶呱呱 呱呱叫 团团转 哇哇叫 嗷嗷待哺 窃窃私语 摇摇欲坠 跃跃欲试 欣欣向荣
息息相关 咄咄逼人 栩栩如生 循循善诱 津津乐道 孜孜不倦 依依不舍 念念不忘 头头是道
面面俱到 井井有条 比比皆是 夸夸其谈 喋喋不休 滔滔不绝 娓娓动听 历历在目 寥寥无几
遥遥领先 蒸蒸日上 勃勃生机 生机勃勃 小心翼翼 风尘仆仆 虎视眈眈 来势汹汹 大名鼎鼎
信誓旦旦 忧心忡忡 议论纷纷 千里迢迢 气喘吁吁 行色匆匆 白雪皑皑 硕果累累 果实累累
伤痕累累 人才济济 文质彬彬 温情脉脉 气势汹汹 目光炯炯 神采奕奕 得意洋洋 喜气洋洋
兴致勃勃 野心勃勃 想入非非 无所事事 仪表堂堂 相貌堂堂 波光粼粼 秋风瑟瑟 瑟瑟发抖
瑟瑟秋风 姗姗来迟 款款走来 款款而来 卿卿我我 亭亭玉立 芸芸众生 谦谦君子 斤斤计较
岌岌可危 沾沾自喜 落落大方 侃侃而谈 振振有词 奄奄一息 茕茕孑立 鼎鼎大名 草草收场
草草了事 脉脉含情 绵绵细雨 细雨绵绵 秋雨绵绵 阴雨绵绵 情意绵绵
"""
_RIGHT_WITH: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
for _word in _RIGHT.split():
    for _place, (_one, _other) in enumerate(itertools.pairwise(_word)):
        if _one == _other:
            _RIGHT_WITH[_one].append((_word, _place))
# The hundred commonest surnames, and what a name may follow on.
_SURNAMES = set(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任"
    "卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔"
    "向常汤"
)
_BEFORE_NAME = set("长员工任师记者手匠星模范士生家民友和与及对由让给向叫请是为、的子妻夫志")
# Words that only join, and are doubled by a slip; 目的的, 为了了解, 是是非非 are right.
_OF2, _LE2, _IS2 = "的的", "了了", "是是"
_SLIPS = re.compile(
    f"(?<![目]){_OF2}(?![确士])|{_LE2}(?![解然却结断事无不望])|(?<![是非]){_IS2}(?![非])"
)
_TWICE = regex.compile(f"([{HAN}])\\1")
_AGAIN = regex.compile(f"(?!一)([{HAN}]{{2,4}})\\1(?![长员])")
# Verbs doubled as a whole: 研究研究; 看着看着 and 一步一步 are left out by their form.
_ABAB = {"研究", "讨论", "考虑", "商量", "打听", "休息", "放松", "高兴", "热闹", "轻松", "认识", "体验",
         "了解", "学习", "锻炼", "感受", "许多", "哈哈", "哗啦", "叮当", "滴答"}  # fmt: skip


def doubled(text: str) -> Iterator[Finding]:
    for match in _AGAIN.finditer(text):
        word = match[1]
        if word not in _ABAB and len(set(word)) > 1 and not set(word) & set("一着没不"):
            yield Finding("S4", Level.ADVICE, match.start(), match.end(), word, "词语重复")
    for match in _SLIPS.finditer(text):
        yield Finding("S4", Level.QUERY, *match.span(), match[0][0], "字重复")
    for match in _TWICE.finditer(text):
        letter, place = match[1], match.start()
        if letter in _DOUBLED or letter in NUMERAL or letter in "的了是":
            continue
        if any(text.startswith(word, place - at) for word, at in _RIGHT_WITH[letter]):
            continue
        if _is_name(text, place):
            continue
        # 中国国家 is two words that meet; before a mark it is a slip, unless it is 整整齐齐.
        at_end = not regex.match(f"[{HAN}]", text[match.end() : match.end() + 1])
        is_pair = place >= 2 and text[place - 2] == text[place - 1]
        if at_end and place > 0 and not is_pair:
            yield Finding("S4", Level.QUERY, match.start(), match.end(), letter, "字重复")


def _is_name(text: str, place: int) -> bool:
    """Does a surname stand before the pair, and nothing before it that goes on into it?"""
    before = text[max(0, place - 2) : place]
    if before[-1:] not in _SURNAMES:
        return False
    return len(before) == 1 or not regex.match(f"[{HAN}]", before[0]) or before[0] in _BEFORE_NAME
