"""Addresses of the correspondent's desk."""

from django.urls import path

from submissions.views import device, following, pages, units, writing

app_name = "submissions"
urlpatterns = [
    path("", writing.new, name="new"),
    path("baocun/", device.begin, name="begin"),
    path("zhantie/", device.paste, name="paste"),
    path("shuming/", device.names, name="names"),
    path("lingpai/", device.token, name="token"),
    path("wode/", following.mine, name="mine"),
    path("tongzhi/", following.notices, name="notices"),
    path("xuzhi/", pages.rules, name="rules"),
    path("xuzhi/<int:version>/", pages.rules, name="rules_version"),
    path("zhengwen/", pages.calls, name="calls"),
    path("danwei/", units.units, name="units"),
    path("danwei/<int:pk>/", units.unit, name="unit"),
    path("danwei/<int:pk>/gao/<int:number>/", units.read, name="unit_read"),
    path("danwei/<int:pk>/yonggao/", units.published, name="unit_published"),
    path("<int:pk>/", following.status, name="status"),
    path("<int:pk>/xiugai/", writing.edit, name="edit"),
    path("<int:pk>/yulan/", writing.preview, name="preview"),
    path("<int:pk>/shanchu/", writing.drop, name="drop"),
    path("<int:pk>/baocun/", device.autosave, name="autosave"),
    path("<int:pk>/fujian/", device.upload, name="upload"),
    path("<int:pk>/chuli/", device.state, name="state"),
    path("<int:pk>/ban/<int:number>/", writing.choose_copy, name="choose_copy"),
    path("<int:pk>/liuyan/", following.talk, name="talk"),
    path("<int:pk>/shenqing/", following.ask, name="ask"),
    path("<int:pk>/buzhou/<slug:name>/", following.take, name="take"),
    path("tupian/<str:key>/<int:width>.<str:format>", following.picture, name="picture"),
    path("wenjian/<str:key>/", following.file, name="file"),
]
