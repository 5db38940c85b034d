"""Telling people: notices are owed in the transaction of their event, and delivered afterwards.

One deliverer works at a time. It sends a notice and then stamps it: a crash in between sends that one again,
never a batch, and never nothing.
"""

from desk.notices.delivery import bounced, deliver
from desk.notices.kinds import Kind, describe, kind_of
from desk.notices.mailboxes import works_again
from desk.notices.owing import owe, owe_user, wake
from desk.notices.queue import drop, freeze, paused, retry, thaw
from desk.notices.writing import case_of, notice_context, render

__all__ = [
    "Kind", "bounced", "case_of", "deliver", "describe", "drop", "freeze", "kind_of", "notice_context", "owe",
    "owe_user", "paused", "render", "retry", "thaw", "wake", "works_again",
]  # fmt: skip
