"""What about a person the desk looks at twice before it appoints him."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from correspondents.lifecycle import Part
from correspondents.names import key


class Doubtful(Part):
    """Mix into the person: whose name is somebody else's, or the house's."""

    @property
    def flags(self) -> list[str]:
        """What the desk looks at twice: a colleague's name, or one that speaks for the house."""
        if "colleague" in self.__dict__:
            colleague = self.__dict__["colleague"]
        else:
            rows: Any = type(self)._default_manager
            here = rows.with_colleagues_name()
            colleague = here.get(pk=self.pk).__dict__["colleague"]
        told = [f"与编辑部的“{colleague}”同名，请核对身份。"] if colleague else []
        names = {key(self.name), key(self.usual_byline)} - {""}
        if any(key(house) in name for house in settings.HOUSE_NAMES for name in names):
            told.append("姓名像是以本网名义，请核对身份。")
        return told
