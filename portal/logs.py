"""How the log is written."""

import logging


class Short(logging.Filter):
    """Takes the traceback off what is no error: somebody was refused, and that is all."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, below an error without its traceback."""
        if record.levelno < logging.ERROR:
            record.exc_info = record.exc_text = None
        return True
