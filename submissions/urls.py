"""Addresses of the correspondent's desk."""

from django.urls import path

from submissions import unit_views, views

app_name = "submissions"
urlpatterns = [
    path("", views.new, name="new"),
    path("wode/", views.mine, name="mine"),
    path("danwei/", unit_views.units, name="units"),
    path("danwei/<int:pk>/", unit_views.unit, name="unit"),
    path("danwei/<int:pk>/gao/<int:number>/", unit_views.read, name="unit_read"),
    path("danwei/<int:pk>/yonggao/", unit_views.published, name="unit_published"),
    path("<int:pk>/", views.status, name="status"),
    path("<int:pk>/xiugai/", views.edit, name="edit"),
    path("<int:pk>/buzhou/<slug:name>/", views.take, name="take"),
    path("tupian/<str:key>/<int:width>.<str:format>", views.picture, name="picture"),
]
