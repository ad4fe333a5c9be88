"""Limits of what comes in, and what the rules promise: settings, each from the environment."""

from environ import Env

env = Env()

# Limits of every upload (docs/decisions/0005-safe-files.md).
PICTURE_MAX_BYTES = env.int("PICTURE_MAX_BYTES", default=40 * 1024 * 1024)
PICTURE_AVIF_SPEED = env.int("PICTURE_AVIF_SPEED", default=8)
PICTURE_MAX_PIXELS = env.int("PICTURE_MAX_PIXELS", default=110_000_000)
# Old Word files are made .docx where LibreOffice and bubblewrap are installed.
CONVERT_WORD = env.bool("CONVERT_WORD", default=True)
CONVERT_SECONDS = env.int("CONVERT_SECONDS", default=60)
CONVERT_MEGABYTES = env.int("CONVERT_MEGABYTES", default=4096)
DOCUMENT_MAX_BYTES = env.int("DOCUMENT_MAX_BYTES", default=20 * 1024 * 1024)
PICTURES_PER_MANUSCRIPT = env.int("PICTURES_PER_MANUSCRIPT", default=12)
PICTURE_HINT_PIXELS = 1000
# The largest form: all its pictures and its text. The server before it has the same limit.
REQUEST_MAX_BYTES = env.int(
    "REQUEST_MAX_BYTES", default=PICTURES_PER_MANUSCRIPT * PICTURE_MAX_BYTES + 20 * 1024 * 1024
)
UPLOADS_A_DAY = env.int("UPLOADS_A_DAY", default=300)
OPEN_MANUSCRIPTS_A_DAY = env.int("OPEN_MANUSCRIPTS_A_DAY", default=10)
DRAFTS_AT_ONCE = env.int("DRAFTS_AT_ONCE", default=100)
MESSAGES_A_DAY = env.int("MESSAGES_A_DAY", default=100)
BYLINES_PER_MANUSCRIPT = env.int("BYLINES_PER_MANUSCRIPT", default=10)
# What the rules promise the author: a decision within so many days, or the piece is free again.
DECISION_DAYS = env.int("DECISION_DAYS", default=15)
# What the desk expects of itself: after so many hours a waiting manuscript counts as overdue.
DESK_HOURS = env.int("DESK_HOURS", default=24)
# Searches one address may ask of each server process in a minute; 0: no limit.
SEARCHES_A_MINUTE = env.int("SEARCHES_A_MINUTE", default=60)
# Near-duplicates: from which share of common wording two texts count as the same, as probably the
# same, and are listed at all; and for how many days the same title is worth a word.
SAME_TEXT = env.float("SAME_TEXT", default=0.7)
PROBABLY_SAME_TEXT = env.float("PROBABLY_SAME_TEXT", default=0.5)
LISTED_TEXT = env.float("LISTED_TEXT", default=0.3)
SAME_TITLE_DAYS = env.int("SAME_TITLE_DAYS", default=30)
PROOF_CORRECTION_CHARACTERS = env.int("PROOF_CORRECTION_CHARACTERS", default=10)

# How often something may be tried: an address, a person, or a key (correspondents/guessing.py).
ACCOUNT_RATE_LIMITS = {
    # By our own rules (correspondents/guessing.py), which bring the form back with a sentence.
    "signup": None,
    "login_failed": "10/m/ip,5/5m/key",  # codes of second factors
    "registrations": "40/h/ip",
    "wrong_password": "5/5m/key,20/d/key",
    "wrong_password_device": "10/5m/key",
    "wrong_password_name": "100/d/key",
    "wrong_password_network": "30/m/ip",
    "mailbox_letters_person": "5/d/key",
    "mailbox_letters_target": "3/d/key",
    "mailbox_letters_network": "20/h/ip,60/d/ip",
    "login": "60/m/ip",
    "change_password": "5/m/user",
    "reset_password": "20/m/ip,60/d/ip,3/h/key,6/d/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
}

# Names that speak for the house: who registers under one is shown to the desk.
HOUSE_NAMES = env.list("HOUSE_NAMES", default=["煤炭资讯网", "本网", "编辑部", "总编", "管理员"])
# Reports of errors that one address may send in an hour, and about one piece; 0 is no limit. A
# mine with a thousand readers has one address.
REPORTS_AN_HOUR = env.int("REPORTS_AN_HOUR", default=60)
REPORTS_ON_ONE_PIECE = env.int("REPORTS_ON_ONE_PIECE", default=5)

del env, Env
