"""Addresses of what readers see."""

from django.urls import path, register_converter

from articles.views import (
    archive,
    checking,
    claims,
    finding,
    lists,
    moved,
    pictures,
    profiles,
    reading,
    reads,
    registry,
    reports,
    topics,
)


class DayPart:
    """Two digits of a date in an address."""

    regex = "[0-9]{1,2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int | str) -> str:
        return f"{int(value):02d}"


register_converter(DayPart, "two")

app_name = "articles"
urlpatterns = [
    path("zonglan/", lists.roll, name="roll"),
    path("articles/<int:pk>/", reading.detail, name="detail"),
    path("articles/<int:pk>/erweima.svg", reading.code, name="code"),
    path("yuedu/<int:pk>/", reads.count, name="read"),
    path("paihang/", reads.ranking, name="ranking"),
    path("heyan/", checking.check, name="check"),
    path("jiucuo/<int:pk>/", reports.report, name="report_error"),
    path("zhuanti/", topics.index, name="topics"),
    path("zhuanti/<slug:slug>/", topics.topic, name="topic"),
    path("zhuanti/<slug:slug>/tu.jpg", pictures.topic_picture, name="topic_picture"),
    path("lianzai/<slug:slug>/", lists.series, name="series"),
    path("gengzheng/", lists.corrections, name="corrections"),
    path("tags/", lists.tags, name="tags"),
    path("tags/<str:tag>/", lists.by_tag, name="by_tag"),
    path("archive/", archive.index, name="archive"),
    path("archive/<int:year>/", archive.archive_year, name="archive_year"),
    path("archive/<int:year>/<two:month>/", archive.archive_month, name="archive_month"),
    path("archive/<int:year>/<two:month>/<two:day>/", archive.archive_day, name="archive_day"),
    path("search/", finding.search, name="search"),
    path("search/tishi/", finding.suggest, name="suggest"),
    path("opensearch.xml", finding.describe, name="opensearch"),
    path("tongxunyuan/", registry.directory, name="directory"),
    path("tongxunyuan/renling/", claims.claims, name="claims"),
    path("tongxunyuan/renling/<int:pk>/shouhui/", claims.retract, name="retract_claim"),
    path("tongxunyuan/<int:pk>/", profiles.by_correspondent, name="by_correspondent"),
    path(
        "tongxunyuan/<int:pk>/zhaopian-<int:width>.<str:format>",
        pictures.portrait,
        name="portrait",
    ),
    path("danwei/<int:pk>/", profiles.by_organisation, name="by_organisation"),
    path("pictures/<str:key>/<int:width>.<str:format>", pictures.picture, name="picture"),
    path("newshtml/<str:date>/<int:legacy_id>.shtml", moved.static_page, name="legacy_static"),
    path("ShowNews.aspx", moved.dynamic_page, name="legacy_dynamic"),
    path("<slug:slug>/", lists.section, name="section"),
]
