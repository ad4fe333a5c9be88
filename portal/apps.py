from django.apps import AppConfig, apps


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "网站"

    def ready(self) -> None:
        from portal import audit, checks, pushing, sitemaps, work

        audit.register()
        # Packages without a Chinese name for the desk's first page.
        for label, name in (
            ("auditlog", "审计"),
            ("taggit", "关键词"),
            ("django_tasks_database", "后台"),
        ):
            apps.get_app_config(label).verbose_name = name
        checks.register()
        pushing.connect()
        sitemaps.connect()
        work.connect()
