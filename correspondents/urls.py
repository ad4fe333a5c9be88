"""Addresses of a correspondent's own pages; they lie beside those of the accounts."""

from django.urls import path

from correspondents import views

app_name = "correspondents"
urlpatterns = [
    path("ziliao/", views.own, name="own"),
    path("ziliao/xiugai/", views.correct, name="correct"),
    path("ziliao/tongyi/<slug:kind>/", views.consent, name="consent"),
    path("ziliao/daochu.<str:format>", views.export, name="export"),
    path("ziliao/zhuxiao/", views.leave, name="leave"),
    path("ziliao/youxiang/<str:token>/", views.confirm_mail, name="confirm_mail"),
    path("ziliao/youxiang/", views.ask_mail_link, name="ask_mail_link"),
    path("ziliao/wenjian/<str:key>/", views.file, name="file"),
    path("ziliao/zhaopian/<str:key>/<int:width>.<str:format>", views.portrait, name="portrait"),
    path("shenqing/", views.apply, name="apply"),
    path("renling/<str:secret>/", views.claim, name="claim"),
    path("yinsi/", views.notice, name="notice"),
    path("yinsi/<int:version>/", views.notice, name="notice_version"),
]
