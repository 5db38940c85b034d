"""Everything that can be done to a Melding. Doors call these; each is one transaction through `desk.door`.

`by` is the acting user (None: the desk itself), `at` the instant (aware, UTC), `version` the one that the
caller's page showed. All raise `desk.door.Refused` or one of its kinds, and leave nothing half-made.
"""

from incidents.actions.escalation import (
    accept_answer,
    answer,
    cannot_meet,
    dispute,
    escalate,
    pass_up,
    settle,
    withdraw,
)
from incidents.actions.filters import drop_filter, keep_filter
from incidents.actions.life import (
    accept,
    agree_date,
    apply_policy,
    assign,
    cancel,
    close,
    complete,
    contacted,
    convert,
    hand_over,
    pick_up,
    reopen,
    resolve,
    resume,
    set_priority,
    wait_for_chain,
    wait_for_contractant,
)
from incidents.actions.links import follow_up, mark_duplicate, merge, relate, split
from incidents.actions.mail import retry_mail
from incidents.actions.monitoring import take_again, take_event
from incidents.actions.register import Report, missing_facts, register
from incidents.actions.release import release
from incidents.actions.restricting import let_in, restrict, shut_out
from incidents.actions.sweep import sweep
from incidents.actions.talk import attach, note, read_reaction, reply
from incidents.actions.together import assign_all, merge_all, reply_to_all
from incidents.actions.web_report import confirm, submit

__all__ = [
    "Report",
    "accept",
    "accept_answer",
    "agree_date",
    "answer",
    "apply_policy",
    "assign",
    "assign_all",
    "attach",
    "cancel",
    "cannot_meet",
    "close",
    "complete",
    "confirm",
    "contacted",
    "convert",
    "dispute",
    "drop_filter",
    "escalate",
    "follow_up",
    "hand_over",
    "keep_filter",
    "let_in",
    "mark_duplicate",
    "merge",
    "merge_all",
    "missing_facts",
    "note",
    "pass_up",
    "pick_up",
    "read_reaction",
    "register",
    "relate",
    "release",
    "reopen",
    "reply",
    "reply_to_all",
    "resolve",
    "restrict",
    "resume",
    "retry_mail",
    "set_priority",
    "settle",
    "shut_out",
    "split",
    "submit",
    "sweep",
    "take_again",
    "take_event",
    "wait_for_chain",
    "wait_for_contractant",
    "withdraw",
]  # fmt: skip
