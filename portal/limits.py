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

del env, Env
