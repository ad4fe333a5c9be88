"""Addresses of the correspondent's desk."""

from django.urls import path

from submissions import views

app_name = "submissions"
urlpatterns = [
    path("", views.new, name="new"),
    path("wode/", views.mine, name="mine"),
    path("<int:pk>/", views.status, name="status"),
    path("<int:pk>/xiugai/", views.edit, name="edit"),
    path("<int:pk>/buzhou/<slug:name>/", views.take, name="take"),
    path("tupian/<str:key>/<int:width>.<str:format>", views.picture, name="picture"),
]
