from correspondents.admin import accounts, imports, liaisons, people, units

__all__ = ["accounts", "imports", "liaisons", "people", "units"]
