from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "submissions"
    verbose_name = "来稿"

    def ready(self) -> None:
        from submissions import audit, receivers

        audit.register()
        receivers.connect()
