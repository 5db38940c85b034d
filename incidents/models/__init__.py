"""The Melding and what belongs to it."""

from incidents.models.access import MeldingAccess
from incidents.models.choices import Channel, Kind, Level, State, Urgency
from incidents.models.conversation import Attachment, ChainRequest, Message, Relation
from incidents.models.duty import DutyTurn, Shift
from incidents.models.escalation import Escalation, EscalationMessage, EscalationState, Reason
from incidents.models.filter import SavedFilter
from incidents.models.melding import Melding
from incidents.models.monitoring import Alert, AlertGroup, RawEvent, Via
from incidents.models.monitoring_rules import AlertRule, AlertSource, Watchdog
from incidents.models.report import WebReport, WebReportFile
from incidents.models.structural import StructuralFailure, StructuralTalk

__all__ = [
    "Alert", "AlertGroup", "AlertRule", "AlertSource", "Attachment", "ChainRequest", "Channel",
    "DutyTurn", "Escalation", "EscalationMessage", "EscalationState", "Kind", "Level", "Melding", "MeldingAccess",
    "Message", "RawEvent", "Reason", "Relation", "SavedFilter", "Shift", "State",
    "StructuralFailure", "StructuralTalk", "Urgency", "Via", "Watchdog", "WebReport",
    "WebReportFile",
]  # fmt: skip
