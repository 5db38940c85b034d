"""The line to the mail server: one connection for a batch, and what an answer of the server means."""

from __future__ import annotations

import re
from enum import Enum, auto
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage, get_connection

BAD_COMMAND, NO_SUCH_MAILBOX = 500, 550
CLOSING = 421
ENHANCED = re.compile(r"\b5\.(\d{1,3})\.\d{1,3}\b")


class Down(Exception):
    """The mail server cannot be reached: nothing goes out, whoever it is for."""


class Answer(Enum):
    REJECTED = auto()  # this mailbox takes no mail
    REFUSED = auto()  # this mail is not taken, and trying again will hardly help
    LATER = auto()  # this mail is not taken now
    HUNG_UP = auto()  # the line broke while it was sent


class Line:
    """Opened by the first mail, used for those after it, opened again where the server has had enough of it."""

    def __init__(self) -> None:
        self._connection = get_connection()
        self._used = False

    def send(self, mail: EmailMessage) -> None:
        """Raises `Down` when there is no line, and else what the server or the line did to this mail."""
        self._open()
        try:
            self._connection.send_messages([mail])
        except SMTPRecipientsRefused:
            raise  # said in good order, the line can go on
        except Exception as error:
            used = self._used
            self.close()
            if meaning(error) is not Answer.HUNG_UP or not used:
                raise
            self._open()
            self._connection.send_messages([mail])
        self._used = True

    def _open(self) -> None:
        try:
            self._connection.open()
        except Exception as error:
            self.close()
            raise Down(describe(error)) from error

    def close(self) -> None:
        """Never raises: a server that is gone needs no goodbye."""
        self._used = False
        try:
            self._connection.close()
        except Exception:  # the socket is closed all the same
            self._connection = get_connection()


def meaning(error: Exception) -> Answer:
    """What `error`, raised while a mail was sent, says about that mail."""
    if isinstance(error, SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        if code >= NO_SUCH_MAILBOX and _is_about_mailbox(_text(text)):
            return Answer.REJECTED
        return Answer.HUNG_UP if code == CLOSING else Answer.LATER
    if isinstance(error, SMTPDataError) and error.smtp_code != CLOSING:
        return Answer.REFUSED if error.smtp_code >= BAD_COMMAND else Answer.LATER
    return Answer.HUNG_UP if isinstance(error, OSError) else Answer.REFUSED


def _is_about_mailbox(text: str) -> bool:
    """Not our own name, place or behaviour: a relay that is set up wrongly must not cost anybody a message."""
    enhanced = ENHANCED.search(text)
    if enhanced:
        return enhanced[1] in {"1", "2"}
    return "relay" not in text.lower()


def describe(error: Exception) -> str:
    """For the queue: what the server said, without the Python around it."""
    if isinstance(error, SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return f"{code} {_text(text)}"
    if isinstance(error, SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
