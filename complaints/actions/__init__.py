"""Everything that may be done to a complaint."""

from complaints.actions.deciding import (
    accept_report,
    accept_solution,
    refuse_report,
    refuse_solution,
    withdraw,
)
from complaints.actions.register import Received, register
from complaints.actions.talk import attach, note, reply, take_mail
from complaints.actions.treating import (
    assign,
    close,
    involve,
    propose,
    reassign,
    relate,
    send_report,
    set_about,
    start,
)

__all__ = [
    "Received", "accept_report", "accept_solution", "assign", "attach", "close", "involve", "note", "propose", "reassign",
    "refuse_report", "refuse_solution", "register", "relate", "reply", "send_report", "set_about", "start",
    "take_mail", "withdraw",
]  # fmt: skip
