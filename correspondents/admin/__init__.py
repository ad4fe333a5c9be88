from correspondents.admin import accounts, people, units

__all__ = ["accounts", "people", "units"]
