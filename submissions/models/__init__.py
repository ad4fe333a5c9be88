from submissions.models.manuscript import DeclineReason, Manuscript
from submissions.models.picture import ManuscriptPicture
from submissions.models.round import Round

__all__ = ["DeclineReason", "Manuscript", "ManuscriptPicture", "Round"]
