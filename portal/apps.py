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
        for label, name, words in (
            ("mfa", "authenticator", "验证方式"),
            ("usersessions", "usersession", "登录的设备"),
            ("account", "emailaddress", "邮箱"),
        ):
            facts = apps.get_model(label, name)._meta
            facts.verbose_name = facts.verbose_name_plural = words
        checks.register()
        pushing.connect()
        sitemaps.connect()
        work.connect()
