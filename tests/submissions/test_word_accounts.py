"""Word files of many kinds: every character and picture is placed, told, or was never to be seen."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from articles.text.accounting import seen
from articles.text.richtext import clean, to_text
from submissions.word.convert import convert
from submissions.word.numbering import chinese
from submissions.word.runs import Runs
from tests import word_files as w

TITLE = w.paragraph("皮带检修完成")
WORDS = "甲班完成检修。"


def run(text: str, dress: str = "") -> str:
    return f"<w:r><w:rPr>{dress}</w:rPr><w:t>{text}</w:t></w:r>"


def p(inner: str, about: str = "") -> str:
    return f"<w:p><w:pPr>{about}</w:pPr>{inner}</w:p>"


def field(code: str, result: str = "", separate: bool = True) -> str:
    middle = f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}' if separate else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'{middle}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def box(inner: str) -> str:
    return f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"


def picture(key: str = "p1", cut: str = "", about: str = "") -> str:
    return (
        f"<w:r><w:drawing><wp:inline><wp:docPr id='1' name='x' {about}/><a:graphic><a:graphicData><pic:pic>"
        f'<pic:blipFill><a:blip r:embed="{key}"/>{cut}</pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def cell(inner: str, about: str = "") -> str:
    return f"<w:tc><w:tcPr>{about}</w:tcPr>{inner}</w:tc>"


def numbered(text: str, key: int = 1, level: int = 0, style: str = "") -> str:
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return p(
        run(text), f'{styled}<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>'
    )


def level(number: int, format: str, text: str, extra: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>'
        f'<w:lvlText w:val="{text}"/>{extra}</w:lvl>'
    )


def numbering(*levels: str, more: str = "") -> str:
    return (
        f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>{more}'
    )


HEADING = '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 1"/></w:style>'
SECRET = "领导意见不要登"


@dataclass
class Case:
    """A document, what stands in the text of it, what is told, and what appears nowhere."""

    name: str
    body: str
    html: str | None = None
    told: str = ""
    parts: dict[str, str] | None = None
    absent: str = ""


CASES = [
    # what the desk must never print
    Case("comment", p(run("井下") + '<w:commentRangeStart w:id="1"/>' + run("三号皮带") + '<w:commentRangeEnd w:id="1"/>'
         '<w:r><w:commentReference w:id="1"/></w:r>' + run("恢复。")), "<p>井下三号皮带恢复。</p>", "批注 1 条（第 2 段）",
         {"comments": f'<w:comment w:id="1" w:author="甲">{w.paragraph(SECRET)}</w:comment>'}, SECRET),
    Case("comment in the title", w.paragraph(WORDS), None, "批注 1 条（第 1 段）",
         {"comments": f'<w:comment w:id="1">{w.paragraph(SECRET)}</w:comment>'}, SECRET),
    Case("comment without a mark", w.paragraph(WORDS), f"<p>{WORDS}</p>", "批注 1 条",
         {"comments": f'<w:comment w:id="9">{w.paragraph(SECRET)}</w:comment>'}, SECRET),
    Case("hidden run", p(run("完成") + run(SECRET, "<w:vanish/>") + run("检修。")), "<p>完成检修。</p>", "隐藏的文字 1 处（第 2 段）", absent=SECRET),
    Case("hidden by the style of letters", p(run("完成") + run(SECRET, '<w:rStyle w:val="h"/>') + run("检修。")), "<p>完成检修。</p>",
         "隐藏的文字 1 处", {"styles": '<w:style w:type="character" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'}, SECRET),
    Case("hidden by the style of a paragraph, through the one it is based on", p(run(SECRET), '<w:pStyle w:val="b"/>') + w.paragraph(WORDS), f"<p>{WORDS}</p>",
         "隐藏的文字 1 处", {"styles": '<w:style w:type="paragraph" w:styleId="a"><w:rPr><w:vanish/></w:rPr></w:style>'
                       '<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style>'}, SECRET),
    Case("shown again within a hidden style", p(run("看得见。", '<w:vanish w:val="0"/>'), '<w:pStyle w:val="a"/>'), "<p>看得见。</p>", "",
         {"styles": '<w:style w:type="paragraph" w:styleId="a"><w:rPr><w:vanish/></w:rPr></w:style>'}),
    Case("hidden by default", p(run(SECRET)) + p(run(WORDS, '<w:vanish w:val="false"/>')), f"<p>{WORDS}</p>", "隐藏的文字",
         {"styles": "<w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults>"}, SECRET),
    Case("letters of one point", p(run("完成") + run(SECRET, '<w:sz w:val="2"/>') + run("检修。")), "<p>完成检修。</p>", "隐藏的文字 1 处", absent=SECRET),
    Case("hidden row", table(cell(w.paragraph("甲")), cell(w.paragraph(SECRET))).replace("<w:tr><w:tc><w:tcPr></w:tcPr><w:p><w:r><w:t>领", "<w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:tcPr></w:tcPr><w:p><w:r><w:t>领"),
         "<table><tbody><tr><td>甲</td></tr></tbody></table>", "隐藏的文字 1 处（第 1 个表格）", absent=SECRET),
    Case("hidden drawing", p(run(WORDS) + picture(about='hidden="1"')), f"<p>{WORDS}</p>", "隐藏的文字"),
    Case("deleted run", p(run("造成") + '<w:del w:id="1"><w:r><w:delText>三人死亡</w:delText></w:r></w:del>' + run("一人轻伤。")),
         "<p>造成一人轻伤。</p>", "修订中删除的文字 1 处（第 2 段）", absent="三人死亡"),
    Case("deleted end of a paragraph", p(run("前半"), '<w:rPr><w:del w:id="1"/></w:rPr>') + p(run("后半。")), "<p>前半后半。</p>"),
    Case("deleted row", table(cell(w.paragraph("甲")), cell(w.paragraph("三人死亡"))).replace("<w:tr><w:tc><w:tcPr></w:tcPr><w:p><w:r><w:t>三", '<w:tr><w:trPr><w:del w:id="3"/></w:trPr><w:tc><w:tcPr></w:tcPr><w:p><w:r><w:t>三'),
         "<table><tbody><tr><td>甲</td></tr></tbody></table>", "修订中删除的文字 1 处", absent="三人死亡"),
    Case("deleted cell", table(cell(w.paragraph("甲")) + cell(w.paragraph("三人死亡"), '<w:cellDel w:id="4"/>')),
         "<table><tbody><tr><td>甲</td><td></td></tr></tbody></table>", "修订中删除的文字 1 处", absent="三人死亡"),
    Case("deleted with its field", p(run("完成") + f'<w:del w:id="1">{field("REF x", "<w:r><w:delText>三人</w:delText></w:r>")}</w:del>' + run("检修。")),
         "<p>完成检修。</p>", "修订中删除的文字 1 处", absent="三人"),
    Case("moved", p('<w:moveFrom w:id="1">' + run("检修。") + "</w:moveFrom>" + run("先说。")) + p('<w:moveTo w:id="2">' + run("检修。") + "</w:moveTo>"), "<p>先说。</p>\n<p>检修。</p>"),
    Case("inserted", p('<w:ins w:id="1">' + run("两天") + "</w:ins>" + run("完成。")), "<p>两天完成。</p>"),
    Case("headers and footers", w.paragraph(WORDS), f"<p>{WORDS}</p>", "页眉页脚“内部资料；第一页”",
         {"header1": w.paragraph("内部资料"), "footer2": w.paragraph("第一页")}),
    Case("prompt of an empty control", p("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + run("单击此处输入文字。") + "</w:sdtContent></w:sdt>" + run(WORDS)),
         f"<p>{WORDS}</p>", "没有填写的提示文字 1 处", absent="单击此处"),
    Case("for the desk alone", w.paragraph(WORDS) + w.paragraph("审核人：郑以宁　联系电话：13800000000"), f"<p>{WORDS}</p>", "稿末的审核、联系方式 1 行"),
    Case("a telephone number alone", w.paragraph(WORDS) + w.paragraph("13800000000"), f"<p>{WORDS}</p>", "稿末的审核、联系方式 1 行"),
    Case("in brackets, before the byline", w.paragraph(WORDS) + w.paragraph("（审稿：郑以宁）") + w.paragraph("作者：鹿鸣塬煤矿 周砚秋"), f"<p>{WORDS}</p>", "审稿：郑以宁"),
    Case("deleted in a formula", p(run("式") + '<m:oMath><w:del w:id="1"><m:r><m:t>领导意见</m:t></m:r></w:del><m:r><m:t>y</m:t></m:r></m:oMath>'), "<p>式y</p>", "修订中删除的文字 1 处", absent="领导意见"),
    Case("hidden in a formula", p(run("式") + "<m:oMath><m:r><w:rPr><w:vanish/></w:rPr><m:t>领导意见</m:t></m:r><m:r><m:t>y</m:t></m:r></m:oMath>"), "<p>式y</p>", "隐藏的文字 1 处", absent="领导意见"),
    Case("hidden in a margin", w.paragraph(WORDS), f"<p>{WORDS}</p>", "页眉页脚“页眉字”", {"header1": p(run("页眉字") + run(SECRET, "<w:vanish/>"))}, SECRET),
    Case("a hidden shape", p(run(WORDS) + box(w.paragraph(SECRET)).replace("<v:shape>", '<v:shape style="visibility: hidden">')), f"<p>{WORDS}</p>", "隐藏的文字 1 处", absent=SECRET),
    Case("a box on a paragraph whose end is deleted", p(run("前") + box(w.paragraph("框。")), '<w:rPr><w:del w:id="1"/></w:rPr>') + p(run("后。")), "<p>框。</p>\n<p>前后。</p>", "文本框 1 个"),
    Case("data of programs", p("<w:fldSimple w:instr='X'><w:fldData>QUJDRA==</w:fldData>" + run("结果。") + "</w:fldSimple>") + p('<w:r><w:fldChar w:fldCharType="begin"><w:fldData>PEEV</w:fldData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:pict><w:binData>iVBO</w:binData></w:pict></w:r>' + run("字。")), "<p>结果。</p>\n<p>字。</p>", absent="iVBO"),
    Case("numbers of what is not there", numbered("甲") + p('<w:moveFrom w:id="1">' + run("走") + "</w:moveFrom>", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>') + numbered("乙") + p('<w:moveTo w:id="2">' + run("走") + "</w:moveTo>"), "<p>一、甲</p>\n<p>二、乙</p>\n<p>走</p>", "", {"numbering": numbering(level(0, "chineseCounting", "%1、"))}),
    # numbers that Word prints by itself
    Case("numbers in headings", numbered("准备", style="2") + w.paragraph(WORDS) + numbered("完成", style="2"),
         f"<h2>一、准备</h2>\n<p>{WORDS}</p>\n<h2>二、完成</h2>", "", {"styles": HEADING, "numbering": numbering(level(0, "chineseCountingThousand", "%1、"))}),
    Case("numbers by the style alone", p(run("准备"), '<w:pStyle w:val="3"/>') + p(run("完成"), '<w:pStyle w:val="3"/>'), "<p>（一）准备</p>\n<p>（二）完成</p>", "",
         {"styles": '<w:style w:type="paragraph" w:styleId="3"><w:name w:val="x"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
          "numbering": numbering(level(0, "chineseCounting", "（%1）"))}),
    Case("articles of a rule", numbered("总则") + numbered("附则"), "<p>第一条 总则</p>\n<p>第二条 附则</p>".replace(" ", ""), "",
         {"numbering": numbering(level(0, "chineseCountingThousand", "第%1条"))}),
    Case("a list that goes on after a text", numbered("甲") + numbered("乙") + w.paragraph(WORDS) + numbered("丙"),
         f"<ol><li>甲</li><li>乙</li></ol>\n<p>{WORDS}</p>\n<ol start=\"3\"><li>丙</li></ol>", "", {"numbering": numbering(level(0, "decimal", "%1."))}),
    Case("a list that begins anew", numbered("甲") + numbered("乙", 2), "<ol><li>甲</li></ol>\n<ol><li>乙</li></ol>", "",
         {"numbering": numbering(level(0, "decimal", "%1."), more='<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>')}),
    Case("numbers of several levels", numbered("甲") + numbered("子", level=1) + numbered("丑", level=1) + numbered("乙") + numbered("寅", level=1),
         "<p>一、甲</p>\n<p>1.1 子</p>\n<p>1.2 丑</p>\n<p>二、乙</p>\n<p>2.1 寅</p>", "",
         {"numbering": numbering(level(0, "chineseCounting", "%1、"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))}),
    Case("circles", numbered("甲") + numbered("乙"), "<p>① 甲</p>\n<p>② 乙</p>".replace("① ", "① ").replace("② ", "② "), "", {"numbering": numbering(level(0, "decimalEnclosedCircle", "%1"))}),
    Case("letters and Roman", numbered("甲") + numbered("乙", level=1), "<p>A) 甲</p>\n<p>i) 乙</p>", "", {"numbering": numbering(level(0, "upperLetter", "%1)"), level(1, "lowerRoman", "%2)"))}),
    Case("bullets nested", numbered("甲") + numbered("子", level=1) + numbered("乙"), "<ul><li>甲<ul><li>子</li></ul></li><li>乙</li></ul>", "",
         {"numbering": numbering(level(0, "bullet", "•"), level(1, "bullet", "o"))}),
    Case("number taken away by the paragraph", p(run("甲"), '<w:pStyle w:val="3"/><w:numPr><w:numId w:val="0"/></w:numPr>'), "<p>甲</p>", "",
         {"styles": '<w:style w:type="paragraph" w:styleId="3"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>', "numbering": numbering(level(0, "decimal", "%1."))}),
    # fields
    Case("a number of a figure", p(run("图") + field("SEQ 图 \\* ARABIC", run("1")) + run(" 检修现场的全部经过与结果如下。")), "<p>图1 检修现场的全部经过与结果如下。</p>"),
    Case("a field in a field", p(run("见") + field("IF " + '</w:instrText></w:r>' + field("PAGE", run("9")) + '<w:r><w:instrText> &gt; 1', run("第二页")) + run("。")), "<p>见第二页。</p>"),
    Case("a simple field", p('<w:fldSimple w:instr=" AUTHOR ">' + run("周砚秋") + "</w:fldSimple>" + run("完成。")), "<p>周砚秋完成。</p>"),
    Case("a field that never ends", p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("前") ) + p(run("后。")), "<p>前</p>\n<p>后。</p>"),
    Case("a field over two paragraphs", p('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("目录一行")) + p(run("目录二行") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'), "<p>目录一行</p>\n<p>目录二行</p>"),
    Case("a character in a circle", p(run("甲") + field("eq \\o\\ac(○,公)", separate=False) + run("乙。")), "<p>甲乙。</p>", "域 1 处“eq \\o\\ac(○,公)”"),
    Case("a link as a field", p(field('HYPERLINK "https://example.com/"', run("网站")) + run("开通。")), '<p><a href="https://example.com/" rel="noopener noreferrer">网站</a>开通。</p>'),
    Case("a choice of a form", p('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="早班"/><w:listEntry w:val="中班"/></w:ddList></w:ffData></w:fldChar></w:r><w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>' + run("完成。")), "<p>中班完成。</p>"),
    # words in wrappers
    Case("smart tags, directions, content controls", p("<w:smartTag>" + run("甲") + "</w:smartTag><w:dir>" + run("乙") + "</w:dir><w:bdo>" + run("丙") + "</w:bdo><w:sdt><w:sdtContent>" + run("丁。") + "</w:sdtContent></w:sdt>"), "<p>甲乙丙丁。</p>"),
    Case("blocks in content controls and custom XML", f"<w:sdt><w:sdtContent>{w.paragraph('甲。')}</w:sdtContent></w:sdt><w:customXml>{w.paragraph('乙。')}</w:customXml>", "<p>甲。</p>\n<p>乙。</p>"),
    Case("rows in content controls", table(cell(w.paragraph("甲"))).replace("<w:tr>", "<w:sdt><w:sdtContent><w:tr>").replace("</w:tr>", "</w:tr></w:sdtContent></w:sdt>"), "<table><tbody><tr><td>甲</td></tr></tbody></table>"),
    Case("an element of a later Word", p("<w99:tone>" + run("甲") + "</w99:tone><w99:say>乙</w99:say>" + run("。")), "<p>甲乙。</p>"),
    Case("a block of a later Word", f"<w99:page>{w.paragraph('甲。')}<w99:say>乙。</w99:say></w99:page>", "<p>甲。</p>\n<p>乙。</p>"),
    Case("a run outside a paragraph", run("散字。") + w.paragraph(WORDS), f"<p>散字。</p>\n<p>{WORDS}</p>"),
    Case("letters under a reading", p('<w:r><w:ruby><w:rt><w:r><w:t>kuang</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>矿</w:t></w:r></w:rubyBase></w:ruby></w:r>' + run("上。")), "<p>矿上。</p>", "注音 1 处“kuang”"),
    Case("of two ways the one with words", p("<w:r><mc:AlternateContent><mc:Choice Requires='w99'><w99:new/></mc:Choice><mc:Fallback><w:t>旧写法。</w:t></mc:Fallback></mc:AlternateContent></w:r>"), "<p>旧写法。</p>"),
    Case("a page taken in from elsewhere", w.paragraph(WORDS) + '<w:altChunk r:id="x"/>', f"<p>{WORDS}</p>", "嵌入的对象 1 个"),
    Case("symbols", p(run("完成") + '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r><w:r><w:sym w:font="Nobody" w:char="F0AA"/></w:r>' + run("。")), "<p>完成✓。</p>", "特殊符号 1 个（第 2 段；请改成普通文字）"),
    Case("a formula in one line", p(run("浓度") + "<m:oMath><m:sSub><m:e><m:r><m:t>CH</m:t></m:r></m:e><m:sub><m:r><m:t>4</m:t></m:r></m:sub></m:sSub></m:oMath>" + run("正常。")), "<p>浓度CH<sub>4</sub>正常。</p>"),
    Case("a fraction", p(run("比为") + "<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath>" + run("。")), "<p>比为。</p>", "公式 1 处“ab”"),
    Case("word art", p('<w:r><w:pict><v:shape><v:textpath string="安全第一"/></v:shape></w:pict></w:r>'), "<p>安全第一</p>"),
    Case("a shape with text of its own", p(run(WORDS) + "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><a:txBody><a:p><a:r><a:t>图中字</a:t></a:r></a:p></a:txBody></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"), f"<p>{WORDS}</p>\n<p>图中字</p>"),
    Case("a box in a box", p(run("外。") + box(p(run("中。") + box(w.paragraph("内。"))))), "<p>外。</p>\n<p>中。</p>\n<p>内。</p>", "文本框 2 个"),
    Case("where a drawing stands is no text", p(run(WORDS) + "<w:r><w:drawing><wp:anchor><wp:positionH><wp:posOffset>914400</wp:posOffset></wp:positionH></wp:anchor></w:drawing></w:r>"), f"<p>{WORDS}</p>", absent="914400"),
    # lines and dress
    Case("soft returns with an indent", p(run("　　甲。") + "<w:r><w:br/></w:r>" + run("　　乙。")), "<p>甲。</p>\n<p>乙。</p>"),
    Case("a soft return without one", p(run("甲") + "<w:r><w:br/></w:r>" + run("乙")), "<p>甲<br>乙</p>"),
    Case("tabs, hyphens", p(run("甲") + "<w:r><w:tab/><w:t>乙</w:t><w:noBreakHyphen/><w:softHyphen/><w:t>丙</w:t></w:r>"), "<p>甲\t乙\u2011丙</p>"),
    Case("marks", p(run("甲", "<w:b/>") + run("乙", "<w:i/>") + run("丙", "<w:strike/>") + run("2", '<w:vertAlign w:val="superscript"/>') + run("丁", '<w:b w:val="0"/>')), "<p><strong>甲</strong><em>乙</em><s>丙</s><sup>2</sup>丁</p>"),
    Case("a note", p(run("甲") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run("乙。")), "<p>甲<sup>[1]</sup>乙。</p>\n<ol><li>出处。</li></ol>", "",
         {"footnotes": f'<w:footnote w:id="0" w:type="separator">{w.paragraph("线")}</w:footnote><w:footnote w:id="2">{w.paragraph("出处。")}</w:footnote>'}, "线"),
    Case("merged cells", table(cell(w.paragraph("甲"), '<w:vMerge w:val="restart"/>') + cell(w.paragraph("乙"), '<w:gridSpan w:val="2"/>'), cell("<w:p/>", "<w:vMerge/>") + cell(w.paragraph("丙")) + cell(w.paragraph("丁"))),
         '<table><tbody><tr><td rowspan="2">甲</td><td colspan="2">乙</td></tr><tr><td>丙</td><td>丁</td></tr></tbody></table>'),
    Case("head of a table", table(cell(w.paragraph("项"))).replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>").replace("</w:tbl>", f"<w:tr>{cell(w.paragraph('值'))}</w:tr></w:tbl>"), "<table><thead><tr><th>项</th></tr></thead><tbody><tr><td>值</td></tr></tbody></table>"),
    Case("a table in a table", table(cell(table(cell(w.paragraph("内"))) + w.paragraph("外"))), "<table><tbody><tr><td><table><tbody><tr><td>内</td></tr></tbody></table><p>外</p></td></tr></tbody></table>"),
    Case("a long heading is a text", p(run("长" * 90), '<w:outlineLvl w:val="0"/>'), f"<p>{'长' * 90}</p>"),
    Case("rare characters", w.paragraph("\U0002070e\U00020bb7\U0002c488\U0003106c\u9feb\u9fffㄅ〇。"), "<p>\U0002070e\U00020bb7\U0002c488\U0003106c\u9feb\u9fffㄅ〇。</p>"),
    Case("what has no shape", w.paragraph("甲\u200b乙\u202e丙\u00ad。"), "<p>甲乙丙。</p>"),
]  # fmt: skip


def read(case: Case):
    title = TITLE
    if case.name == "comment in the title":
        title = p(run("皮带") + '<w:r><w:commentReference w:id="1"/></w:r>' + run("检修完成"))
    if case.name == "hidden by default":
        title = p(run("皮带检修完成", '<w:vanish w:val="0"/>'))
    return convert(w.with_parts(title + case.body, **(case.parts or {})))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_character_is_placed_or_told_and_nothing_unseen_comes_in(case):
    found = read(case)
    assert found.title == "皮带检修完成"
    if case.html is not None:
        assert found.html == case.html
    told = "、".join(found.dropped)
    assert case.told in told if case.told else told == ""
    if case.absent:
        assert case.absent not in found.html + found.title + told
    assert clean(found.html) == found.html
    assert to_text(found.html) == found.text


# Words in wrappers, deleted, hidden, behind fields, in boxes, in whatever order.
WORD = st.text("矿井皮带检修\u3000 ab1\U00020bb7\u200b", max_size=4)


def wrapped(tag: str):
    return lambda pair: (f"<w:{tag}>{pair[0]}</w:{tag}>", pair[1], pair[2])


def joined(parts: list[tuple[str, str, int]]) -> tuple[str, str, int]:
    return (
        "".join(x for x, _, _ in parts),
        "".join(t for _, t, _ in parts),
        sum(n for _, _, n in parts),
    )


# Of each: the XML, the words that are seen, the pictures that are seen.
PIECES = st.recursive(
    st.one_of(WORD.map(lambda text: (run(text), text, 0)), st.just((picture(), "", 1))),
    lambda inner: st.one_of(
        *(st.lists(inner, max_size=3).map(joined).map(wrapped(tag)) for tag in ("smartTag", "ins", "moveTo", "hyperlink", "dir")),
        st.lists(inner, max_size=3).map(joined).map(lambda one: (f"<w:sdt><w:sdtContent>{one[0]}</w:sdtContent></w:sdt>", one[1], one[2])),
        st.lists(inner, max_size=3).map(joined).map(lambda one: (f"<w99:new>{one[0]}</w99:new>", one[1], one[2])),
        st.tuples(inner, inner).map(lambda two: (field(two[0][0], two[1][0]), two[1][1], two[1][2])),
        inner.map(lambda one: (f"<w:del w:id='1'>{one[0]}</w:del>", "", 0)),
        inner.map(lambda one: (box(p(one[0])), one[1], one[2])),
    ),
    max_leaves=12,
)  # fmt: skip
BLOCKS = st.recursive(
    PIECES.map(lambda one: (p(one[0]), one[1], one[2])),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(joined).map(lambda one: (table(cell(one[0]) + cell("<w:p/>")), one[1], one[2])),
        st.lists(inner, max_size=3).map(joined).map(lambda one: (f"<w:sdt><w:sdtContent>{one[0]}</w:sdtContent></w:sdt>", one[1], one[2])),
        inner.map(lambda one: (f"<w:del w:id='2'>{one[0]}</w:del>", "", 0)),
        PIECES.map(lambda one: (numbered("", 1).replace("<w:r><w:rPr></w:rPr><w:t></w:t></w:r>", one[0]), one[1], one[2])),
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(BLOCKS, max_size=4).map(joined))
def test_whatever_is_nested_in_whatever_the_account_closes(document):
    body, shown, pictures = document
    parts = {"numbering": numbering(level(0, "bullet", "•"))}
    relation = f'<Relationship Id="p1" Type="{w.BASE}/image" Target="media/p1.jpg"/>'
    file = w.with_parts(TITLE + p(run("正文从这里开始，到那里为止。")) + body, relation, **parts)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/media/p1.jpg", RED)
    found = convert(file)
    said = "".join([found.text, *(unit + name for unit, name in found.bylines)])
    assert not any("没有读出" in one or "多出" in one for one in found.dropped), found.dropped
    if not found.bylines and "审核" not in "".join(found.dropped):
        assert sorted(seen(said)) == sorted(seen("正文从这里开始，到那里为止。" + shown))
    assert len(found.pictures) == found.html.count("<img") == pictures
    assert clean(found.html) == found.html


def test_there_are_sixty_kinds():
    assert len(CASES) >= 60


def file_of(color: str, size: tuple[int, int] = (300, 200), form: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, form)
    return buffer.getvalue()


def with_pictures(body: str, **files: bytes) -> io.BytesIO:
    """``p1=…`` is the picture behind the relation p1."""
    relations = "".join(
        f'<Relationship Id="{key}" Type="{w.BASE}/image" Target="media/{key}.bin"/>'
        for key in files
    )
    members = {f"word/media/{key}.bin": data for key, data in files.items()}
    return w.raw(TITLE + body, members=members, relations=relations)


RED = file_of("red")
FIGURE = '<figure><img src="/pictures/docx-picture-000{}/768.jpg"></figure>'


class TestPictures:
    @pytest.mark.parametrize(
        "around",
        [
            lambda inner: p(inner),
            lambda inner: table(cell(p(run("说明很多的一格文字" * 8))) + cell(p(inner))),
            lambda inner: p(run(WORDS) + inner),
            lambda inner: p(box(p(inner))),
            lambda inner: p(f"<w:hyperlink r:id='none'>{inner}</w:hyperlink>"),
            lambda inner: p(f"<w:ins w:id='1'>{inner}</w:ins>"),
            lambda inner: p(f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>"),
            lambda inner: p(f"<w99:wrap>{inner}</w99:wrap>"),
            lambda inner: p(field("INCLUDEPICTURE x", inner)),
            lambda inner: p(inner.replace("<pic:pic>", "<w99:canvas><pic:pic>").replace("</pic:pic>", "</pic:pic></w99:canvas>")),
        ],
    )  # fmt: skip
    def test_wherever_it_stands_it_is_a_figure_with_an_address(self, around):
        found = convert(with_pictures(around(picture()), p1=file_of("red")))
        assert found.html.count(FIGURE.format(0)) == 1
        assert [one.data for one in found.pictures] == [file_of("red")]

    def test_old_pictures_and_those_of_objects(self):
        old = '<w:r><w:pict><v:shape><v:imagedata r:id="p1"/></v:shape></w:pict></w:r>'
        of_object = '<w:r><w:object><v:shape><v:imagedata r:id="p2"/></v:shape><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
        found = convert(
            with_pictures(p(old) + p(of_object), p1=file_of("red"), p2=b"\x01\x00\x00\x00 EMF")
        )
        assert len(found.pictures) == 1
        assert found.dropped[0].startswith("图片 1 张（第 3 段；不支持的格式")
        assert found.dropped[1].startswith("嵌入的对象 1 个")

    def test_a_table_that_only_sets_pictures_is_none(self):
        body = table(
            cell(p(picture("p1"))) + cell(p(picture("p2"))),
            cell(p(run("图一 井口"))) + cell(p(run("图二 井下"))),
        )
        found = convert(with_pictures(body, p1=file_of("red"), p2=file_of("blue")))
        assert [one.caption for one in found.pictures] == ["图一 井口", "图二 井下"]
        assert "<table>" not in found.html and found.html.count("<figcaption>") == 2
        assert found.dropped == ()

    def test_what_was_cut_away_goes_no_further(self):
        data = io.BytesIO()
        whole = Image.new("RGB", (200, 100), "red")
        whole.paste("blue", (100, 0, 200, 100))
        whole.save(data, "PNG")
        body = p(picture("p1", '<a:srcRect r="50000"/>'))
        found = convert(with_pictures(body, p1=data.getvalue()))
        with Image.open(io.BytesIO(found.pictures[0].data)) as shown:
            assert shown.size == (100, 100)
            assert shown.convert("RGB").getcolors() == [(10_000, (255, 0, 0))]

    def test_hidden_deleted_linked_and_missing_ones(self):
        hidden = picture().replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>", 1)
        deleted = f"<w:del w:id='1'>{picture()}</w:del>"
        body = p(run(WORDS) + hidden) + p(deleted) + p(picture("gone"))
        found = convert(with_pictures(body, p1=file_of("red")))
        assert found.pictures == ()
        assert found.dropped == (
            "修订中删除的文字 1 处（第 3 段）", "隐藏的文字 1 处（第 2 段）",
            "图片 1 张（第 3 段；不支持的格式，请另存为 JPG，在“配图”里上传）",
        )  # fmt: skip

    def test_words_of_charts_and_diagrams_are_told(self):
        relations = (
            f'<Relationship Id="c1" Type="{w.BASE}/chart" Target="charts/chart1.xml"/>'
            f'<Relationship Id="d1" Type="{w.BASE}/diagramData" Target="diagrams/data1.xml"/>'
        )
        members = {
            "word/charts/chart1.xml": f"<c:chart {w.NAMES}><c:v>产量</c:v><c:v>1250</c:v></c:chart>".encode(),
            "word/diagrams/data1.xml": f"<dgm:dataModel {w.NAMES}><a:t>先支护</a:t><a:t>后作业</a:t></dgm:dataModel>".encode(),
        }
        drawing = "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData>{}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        body = p(
            run(WORDS)
            + drawing.format('<c:chart r:id="c1"/>')
            + drawing.format('<dgm:relIds r:dm="d1"/>')
        )
        found = convert(w.raw(TITLE + body, members=members, relations=relations))
        assert found.dropped == (
            "图表 2 个“产量 1250；先支护 后作业”（第 2 段；请另存为图片上传）",
        )


class TestPackage:
    def test_the_document_is_found_by_its_relation(self):
        buffer = w.raw(w.paragraph("题") + w.paragraph(WORDS))
        moved = io.BytesIO()
        with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(moved, "w") as new:
            for name in old.namelist():
                data = old.read(name).replace(b"word/document.xml", b"word/document2.xml")
                new.writestr(name.replace("word/document.xml", "word/document2.xml"), data)
        assert convert(moved).text == WORDS

    @pytest.mark.parametrize("target", ["/word/comments5.xml", "comments5.xml", "./Comments5.xml"])
    def test_so_are_its_other_parts(self, target):
        comment = f"<w:comments {w.NAMES}><w:comment w:id='1'>{w.paragraph(SECRET)}</w:comment></w:comments>"
        relations = f'<Relationship Id="x" Type="{w.BASE}/comments" Target="{target}"/>'
        body = TITLE + p(run(WORDS) + '<w:r><w:commentReference w:id="1"/></w:r>')
        found = convert(
            w.raw(body, members={"word/comments5.xml": comment.encode()}, relations=relations)
        )
        assert found.dropped == ("批注 1 条（第 2 段）",)

    def test_what_nobody_knows_yet_is_told_and_not_lost(self, monkeypatch):
        monkeypatch.setitem(
            Runs._READ,
            "w:t",
            lambda runs, element, at: None if element.text == "乙" else at.write(element.text),
        )
        found = convert(w.raw(TITLE + p(run("甲") + run("乙") + run("丙。"))))
        assert found.dropped == ("有 1 个字没有读出：“乙”，请对照原文",)


TEXT = w.paragraph("近日，白桦沟煤矿三号皮带完成检修，提前八小时恢复运行。")


class TestLinesThatLookLikeOthers:
    @pytest.mark.parametrize(
        "lines",
        [
            ["月亮升起来", "矿工下了井", "大巷深处，灯火通明"],
            ["我的煤矿 我的家"],
            ["走出办公室，天已大亮"],
            ["综采一队 张小明", "掘进二队 李大海"],
            ["记者：请您谈谈。", "王工：一切顺利。", "记者：谢谢您"],
            ["电话 响起时已是凌晨两点，值班员老周抓起话筒，听到井下传来急促的声音。"],
            ["微信/支付宝缴费渠道已全面开通，职工可随时在手机上办理各类业务，不必再跑腿。"],
            ["终审：驳回上诉，维持原判。"],
            ["审核 流程由原来的七个环节压缩为三个环节"],
            ["地址：文化广场东侧二层，每日八时至二十时向职工和家属开放。"],
            ["电话：供水抢修 12345；供暖抢修 12346；物业 12347。"],
            ["投稿邮箱：a@example.com"],
            ["电话：0351-7654321"],
            ["走出煤矿，张灯结彩"],
        ],
    )  # fmt: skip
    def test_lines_of_the_text_stay_in_it(self, lines):
        found = convert(w.raw(TITLE + TEXT + "".join(map(w.paragraph, lines))))
        assert found.text.split("\n")[1:] == lines
        assert (found.bylines, found.dropped) == ((), ())

    def test_a_title_with_a_unit_in_it_is_a_title(self):
        found = convert(w.raw(w.paragraph("霁川煤业公司 抓安全 促生产") + TEXT))
        assert (found.title, found.bylines) == ("霁川煤业公司 抓安全 促生产", ())

    @pytest.mark.parametrize(
        "line",
        [
            "审核人：郑以宁 联系电话：13800000000", "（审核：郑以宁）", "联系电话：13800000000",
            "审核人 郑以宁 电话 0351-1234567", "初审：甲一 复审：乙二 终审：丙三",
        ],
    )  # fmt: skip
    def test_lines_for_the_desk_are_taken_off_and_told(self, line):
        found = convert(w.raw(TITLE + TEXT + w.paragraph(line)))
        assert found.text.endswith("恢复运行。")
        assert found.dropped == (f"稿末的审核、联系方式 1 行“{line}”（不会刊出）",)

    def test_a_byline_at_the_end_without_a_word_is_told(self):
        found = convert(w.raw(TITLE + TEXT + w.paragraph("鹿鸣塬煤矿 周砚秋")))
        assert found.bylines == (("鹿鸣塬煤矿", "周砚秋"),)
        assert found.dropped == ("稿末的署名 1 行“鹿鸣塬煤矿 周砚秋”（已读成署名，请核对）",)

    def test_a_heading_under_a_picture_is_no_caption(self):
        heading = p(run("二、下一步安排"), '<w:jc w:val="center"/>')
        found = convert(with_pictures(p(picture()) + heading, p1=RED))
        assert "<figcaption>" not in found.html and "<p>二、下一步安排</p>" in found.html


class TestTitles:
    def centred(self, text: str) -> str:
        return p(run(text), '<w:jc w:val="center"/>')

    def test_of_three_lines_in_the_middle_the_second_is_the_title(self):
        head = (
            self.centred("抓检修 保安全")
            + self.centred("白桦沟煤矿皮带检修完成")
            + self.centred("——提前八小时")
        )
        found = convert(w.raw(head + w.paragraph(WORDS)))
        assert (found.kicker, found.title, found.subtitle) == (
            "抓检修 保安全",
            "白桦沟煤矿皮带检修完成",
            "提前八小时",
        )
        assert found.dropped == ()

    @pytest.mark.parametrize(
        ("typed", "title"),
        [
            ("抓安全　促生产", "抓安全　促生产"),
            ("抓安全  促生产", "抓安全　促生产"),
            ("工 作 总 结", "工作总结"),
            ("煤矿 5G 应用", "煤矿 5G 应用"),
        ],
    )  # fmt: skip
    def test_the_blank_of_two_parts_stays(self, typed, title):
        assert convert(w.raw(self.centred(typed) + w.paragraph(WORDS))).title == title

    def test_a_mark_of_a_note_is_no_part_of_it(self):
        note = f'<w:footnote w:id="2">{w.paragraph("作者单位。")}</w:footnote>'
        head = p(
            run("皮带检修完成") + '<w:r><w:footnoteReference w:id="2"/></w:r>',
            '<w:jc w:val="center"/>',
        )
        found = convert(w.with_parts(head + w.paragraph(WORDS), footnotes=note))
        assert found.title == "皮带检修完成"
        assert found.html.endswith("<ol><li>作者单位。</li></ol>")

    @pytest.mark.parametrize(
        ("line", "pairs"),
        [
            ("鹿鸣塬煤矿 \U00020bb7砚秋", (("鹿鸣塬煤矿", "\U00020bb7砚秋"),)),
            ("作者：鹿鸣塬煤矿 古丽娜尔•阿山", (("鹿鸣塬煤矿", "古丽娜尔·阿山"),)),
            ("作者：鹿鸣塬煤矿 古丽娜尔・阿山", (("鹿鸣塬煤矿", "古丽娜尔·阿山"),)),
        ],
    )  # fmt: skip
    def test_bylines_with_rare_characters_and_other_dots(self, line, pairs):
        found = convert(w.raw(TITLE + w.paragraph(line) + w.paragraph(WORDS)))
        assert found.bylines == pairs and found.text == WORDS


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (101, "一百零一"), (110, "一百一十"), (1000, "一千")]
)  # fmt: skip
def test_numbers_as_they_are_counted(number, words):
    assert chinese(number) == words
