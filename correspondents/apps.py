from django.apps import AppConfig


class CorrespondentsConfig(AppConfig):
    name = "correspondents"
    verbose_name = "通讯员"

    def ready(self) -> None:
        from correspondents import audit, receivers

        audit.register()
        receivers.connect()
