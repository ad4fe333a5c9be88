from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "网站"

    def ready(self) -> None:
        from portal import audit, checks

        audit.register()
        checks.register()
