from correspondents.models.correspondent import Correspondent, Grade
from correspondents.models.organisation import Organisation
from correspondents.models.upload import Upload

__all__ = ["Correspondent", "Grade", "Organisation", "Upload"]
