from submissions.models.byline import ManuscriptByline
from submissions.models.call import CallForPapers
from submissions.models.copy import DraftCopy
from submissions.models.desk import (
    Lately,
    Report,
    colleagues,
    hand_over,
    lately_of,
    remind_of_overdue,
)
from submissions.models.document import Document
from submissions.models.manuscript import Manuscript
from submissions.models.message import InternalNote, Message
from submissions.models.notice import Notice
from submissions.models.picture import ManuscriptPicture
from submissions.models.reason import DeclineReason
from submissions.models.request import AuthorRequest
from submissions.models.round import Round
from submissions.models.rules import SubmissionRules

__all__ = [
    "AuthorRequest",
    "CallForPapers",
    "DeclineReason",
    "Document",
    "DraftCopy",
    "InternalNote",
    "Lately",
    "Manuscript",
    "ManuscriptByline",
    "ManuscriptPicture",
    "Message",
    "Notice",
    "Report",
    "Round",
    "SubmissionRules",
    "colleagues",
    "hand_over",
    "lately_of",
    "remind_of_overdue",
]
