from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "文章"

    def ready(self) -> None:
        from articles import audit, caching, checks, receivers

        audit.register()
        caching.connect()
        checks.register()
        receivers.connect()
