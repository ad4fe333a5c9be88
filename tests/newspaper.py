"""A paper with one public page of every kind, for what looks at all of them."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from articles.models import (
    AccidentFacts,
    ArticleImage,
    InterviewInfo,
    Series,
    Topic,
    TopicBlock,
    TopicItem,
    VendorInfo,
)
from correspondents.models import Upload
from tests import factories as f


def every_kind_of_page() -> list[str]:
    """Make one page of every kind, with what it may have on it; return their addresses."""
    upload = Upload.objects.accept(f.photo(), owner=f.editor(), make_now=True)
    li = f.correspondent()
    news = f.published(
        "皮带检修完成",
        body="<p>见<a href='/zonglan/'>总揽</a>。</p><h2>一</h2>"
        + 2
        * ("<table><caption>产量</caption><tr>" + "<td>一二三四五六七</td>" * 8 + "</tr></table>"),
        source="某报",
        source_url="https://a.example/",
    )
    news.tags.add("检修")
    for name in (li.name, "王通讯"):
        person = li if name == li.name else f.person(name, public=True)
        news.bylines.create(name=name, unit_text="白桦沟煤矿", correspondent=person,
                            organisation=person.organisation)  # fmt: skip
    news.corrections.create(text="应为八小时。", shown_at=timezone.now())
    first = f.published("甲报", "shigu", published_at=timezone.now() - dt.timedelta(hours=3))
    second = f.published("乙报", "shigu")
    AccidentFacts.objects.create(article=first, dead=3, source="监管站", as_of=timezone.now())
    AccidentFacts.objects.create(article=second, dead=3, kind="gas", follows=first)
    advert = f.published("新品", "changshang")
    VendorInfo.objects.create(article=advert, company="某厂", website="https://a.example/")
    talk = f.published("访谈", "fangtan", body="<p>记者\uff1a难吗？</p><p>韩某\uff1a难。</p>")
    InterviewInfo.objects.create(article=talk, name="韩某", post="矿长")
    ArticleImage.objects.create(article=talk, upload=upload, alt="韩某", is_portrait=True)
    gallery = f.published("四季", "sheying")
    for number in range(3):
        ArticleImage.objects.create(article=gallery, upload=upload, alt=f"景{number}",
                                    caption="说明", work_title="四季", position=number)  # fmt: skip
    verse = f.published("矿灯", "shici", body='<div class="verse"><p>巷道很长<br>灯亮着</p></div>')
    series = Series.objects.create(title="老井口", slug="ljk")
    chapters = [
        f.published(f"老井口{number}", "xiaoshuo", series=series, chapter=number)
        for number in (1, 2, 3)
    ]
    topic = Topic.objects.create(title="专题", slug="zt", lead="<p>导语</p>")
    block = TopicBlock.objects.create(topic=topic, heading="一")
    TopicItem.objects.create(block=block, article=news)
    day = timezone.localdate()
    pages = [news, second, first, advert, talk, gallery, verse, chapters[1]]
    return [
        *(article.get_absolute_url() for article in pages),
        *("/", "/zonglan/", "/jukuang/", "/shici/", "/shigu/", "/sheying/", "/changshang/"),
        *("/xiaoshuo/", "/lianzai/ljk/", "/zhuanti/zt/", "/gengzheng/", "/tags/检修/", "/archive/"),
        *("/search/", "/search/?q=皮带", "/search/?q=没有的词", "/tongxunyuan/", "/tongxunyuan/?q=李"),
        *(li.get_absolute_url(), li.organisation.get_absolute_url(), "/tougao/", "/tougao/zhengwen/"),
        *("/zhanghu/login/", "/zhanghu/signup/", "/zhanghu/password/reset/"),
        *("/zhuanti/", "/tags/", "/caibian/", "/paihang/", "/feeds/", "/yemian/wuzhangai/"),
        *("/heyan/", f"/heyan/?bianhao={news.pk}&jiaoyanma=x", "/heyan/?bianhao=x"),
        *(f"/archive/{day:%Y}/", f"/archive/{day:%Y/%m}/", f"/archive/{day:%Y/%m/%d}/"),
        *(f"/jiucuo/{news.pk}/", "/zonglan/?danwei=没有的单位", "/jukuang/?nian=2019"),
    ]  # fmt: skip
