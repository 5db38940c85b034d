"""Everything that may be done to a security incident."""

from privacy.breach.actions.assessing import Answers, assess, confirm, reassess, rule_out
from privacy.breach.actions.following import close, decide, finish, follow_up, plan
from privacy.breach.actions.informing import approve, draft, phone, settle, write
from privacy.breach.actions.opening import Suspicion, let_in, note, open_incident, shut_out, take_mail

__all__ = [
    "Answers", "Suspicion", "approve", "assess", "close", "confirm", "decide", "draft", "finish", "follow_up", "let_in", "note",
    "open_incident", "phone", "plan", "reassess", "rule_out", "settle", "shut_out", "take_mail",
    "write",
]  # fmt: skip
