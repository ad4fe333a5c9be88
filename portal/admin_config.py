"""Makes our admin site the default one."""

from django.contrib.admin.apps import AdminConfig


class NewsroomAdminConfig(AdminConfig):
    default_site = "portal.admin_site.NewsroomSite"
