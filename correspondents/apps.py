from django.apps import AppConfig


def named_as_in_china() -> None:
    """Accounts are shown by the name of their holder, the family name first, as on the masthead."""
    from django.contrib.auth.models import User

    def full_name(self: User) -> str:
        parts = [part for part in (self.last_name, self.first_name) if part]
        return (" " if "".join(parts).isascii() else "").join(parts).strip()

    def shown(self: User) -> str:
        return self.get_full_name() or self.get_username()

    User.add_to_class("get_full_name", full_name)
    User.add_to_class("__str__", shown)


class CorrespondentsConfig(AppConfig):
    name = "correspondents"
    verbose_name = "通讯员"

    def ready(self) -> None:
        from correspondents import audit, receivers

        named_as_in_china()
        audit.register()
        receivers.connect()
