"""The lines of the log, without the BSN that somebody else's words may bring into them: an address, an error, a traceback."""

from __future__ import annotations

import logging
import re

from domain.bsn import find_bsn


class MaskingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """The whole line, its traceback included."""
        line = super().format(record)
        for start, end in reversed(find_bsn(line)):
            line = f"{line[:start]}*********{line[end:]}"
        return line


# In an address it opens a door: of a report to confirm, a password to choose, a calendar.
SECRET = re.compile(r"[A-Za-z0-9_:-]{24,}")


class WithoutSecrets(logging.Filter):
    """Django writes the address of what it refused; the part of it that is a key is taken out."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django"):
            record.msg, record.args = SECRET.sub("…", record.getMessage()), ()
        return True
