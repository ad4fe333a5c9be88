from correspondents.admin import accounts, imports, letters, liaisons, people, units

__all__ = ["accounts", "imports", "letters", "liaisons", "people", "units"]
