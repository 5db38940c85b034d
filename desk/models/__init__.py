"""What every kind of case shares: people, trail, notices, and the shape of a case."""

from desk.models.audit import AuditCheck, AuditLink, AuditPending, AuditRecord
from desk.models.case import AbstractAttachment, AbstractMessage, Case, Upload, attachment_path
from desk.models.mail import InboundMail
from desk.models.outbox import MessageTemplate, NoticePreference, Outbox
from desk.models.people import ApiToken, User, UserManager
from desk.models.quarantine import FalseAlarm, Quarantined, QuarantinedQuerySet, Revealed
from desk.models.scanning import UnscannedFile
from desk.models.sessions import Session
from desk.models.timed import PASSED, Limit, TimedCase
from desk.models.trail import Event, Notice, Traced
from desk.models.upkeep import Heartbeat, IdempotentRequest
from desk.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "PASSED", "AbstractAttachment", "AbstractMessage", "ApiToken", "AuditCheck", "AuditLink", "AuditPending", "AuditRecord", "Case", "Event",
    "FalseAlarm", "Heartbeat", "IdempotentRequest", "InboundMail", "Limit", "MessageTemplate", "Notice", "NoticePreference", "Outbox",
    "Quarantined", "QuarantinedQuerySet", "Revealed", "Session", "TimedCase", "Traced", "UnscannedFile", "Upload",
    "User", "UserManager", "WebhookDelivery", "WebhookEndpoint", "attachment_path",
]  # fmt: skip
