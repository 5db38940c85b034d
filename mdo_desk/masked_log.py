"""The lines of the log, without the BSN that somebody else's words may bring into them: an address, an error, a traceback."""

from __future__ import annotations

import logging

from domain.bsn import find_bsn


class MaskingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """The whole line, its traceback included."""
        line = super().format(record)
        for start, end in reversed(find_bsn(line)):
            line = f"{line[:start]}*********{line[end:]}"
        return line
