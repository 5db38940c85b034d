"""The kinds of data that are kept for a time: which rows are due, and what is done to them then.

A kind says what; for how long is data (`RetentionRule`, as shipped in `privacy/data/retention.toml`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import BigIntegerField, Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import ENDED as ENDED_COMPLAINTS
from complaints.models import Complaint
from contractants.models import Contact, Contractant
from desk.attachments import IMAGES, VIDEOS
from desk.models import (
    ApiToken,
    Event,
    IdempotentRequest,
    InboundMail,
    Notice,
    Session,
    WebhookDelivery,
)
from desk.texts import ERASED
from incidents.models import Attachment, Melding, RawEvent, WebReport
from incidents.models.choices import ENDED
from privacy.models import DataRequest, SecurityIncident
from privacy.retention import stripping
from privacy.retention.stripping import FORGOTTEN_DOMAIN
from reports.models import SlowAction

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Kind:
    """One kind of data.

    `due` gives the rows from before an instant that were not dealt with yet; `finish` erases or anonymises one of them,
    files first, and may be done twice. `since` is the moment that its age counts from. `number` is what a tombstone calls
    a row; rows of which the number says nothing to anybody are only counted. `melding`, `contact` and `contractant`
    lead from a row to what a legal hold can be on, `of_case` to what names the case that it is about, itself ("pk") or
    its event, and `address` to an e-mail address; none of them: nothing of it can be held.
    `covers` are the models whose words it takes away.
    """

    slug: str
    label: str | Promise
    erases: bool
    due: Callable[[datetime], Rows]
    finish: Callable[[Any, datetime], None]
    since: str
    covers: frozenset[str]
    number: Callable[[Any], str] | None = lambda row: str(row.pk)
    melding: str = ""
    contact: str = ""
    contractant: str = ""
    of_case: str = ""
    address: str = ""

    @property
    def action(self) -> str | Promise:
        return _("verwijderen") if self.erases else _("anonimiseren")


def labels(*models: str) -> frozenset[str]:
    return frozenset(models)


def erase(row: Model, at: datetime) -> None:
    row.delete()


# -- Which rows


def ended_before(before: datetime) -> Rows:
    """Meldingen whose last end was before that instant, and that have not been opened again; but for what an unclosed
    security incident is assessed with."""
    ends = Event.objects.filter(case_type=Melding.case_type, case_id=OuterRef("pk"), target__in=ENDED)
    last = ends.exclude(source=F("target")).order_by("-at", "-id").values("at")[:1]
    evidence = SecurityIncident.objects.filter(melding=OuterRef("pk"), ended_at=None)
    rows = Melding.objects.filter(state__in=ENDED).exclude(Exists(evidence))
    return rows.annotate(ended_at=Subquery(last)).filter(ended_at__lt=before)


def images(before: datetime) -> Rows:
    """Counted from the end of the Melding: until then they are what it is solved with (docs/readings.md)."""
    seen = Attachment.objects.filter(content_type__in=IMAGES | VIDEOS, erased_at=None)
    return seen.filter(at__lt=before, melding__in=ended_before(before).values("pk")).select_related("melding")


def contents(before: datetime) -> Rows:
    return ended_before(before).exclude(description=ERASED)


def complaints(before: datetime) -> Rows:
    rows = Complaint.objects.filter(state__in=ENDED_COMPLAINTS, ended_at__lt=before)
    return rows.exclude(description=ERASED)


def data_requests(before: datetime) -> Rows:
    return DataRequest.objects.filter(ended_at__lt=before).exclude(
        person="", reference="", instruction="", result=""
    )


def left_contacts(before: datetime) -> Rows:
    """Who was taken off the register before that instant, and has no Melding that is still open."""
    left = Event.objects.filter(
        case_type=Contractant.case_type, case_id=OuterRef("contractant"), verb="remove_contact",
    ).annotate(who=Cast(KeyTextTransform("contact", "data"), BigIntegerField())).filter(who=OuterRef("pk"))  # fmt: skip
    rows = Contact.objects.filter(is_active=False).exclude(user__email__endswith=f"@{FORGOTTEN_DOMAIN}")
    rows = rows.annotate(left_at=Subquery(left.order_by("-at").values("at")[:1])).filter(left_at__lt=before)
    open_ = Melding.objects.filter(contact=OuterRef("pk"), is_open=True)
    return rows.exclude(Exists(open_)).select_related("user")


def mails(before: datetime) -> Rows:
    rows = InboundMail.objects.filter(stored_at__lt=before)
    return rows.exclude(outcome=InboundMail.Outcome.PENDING)


def notices(before: datetime) -> Rows:
    """Settled ones that still name somebody, but for those that show whom a breach was told (AVG art. 33(5))."""
    settled = Q(sent_at__lt=before) | Q(sent_at=None, dropped_at__lt=before)
    told = Notice.objects.filter(settled).exclude(case_type=SecurityIncident.case_type)
    return told.exclude(email__endswith=f"@{FORGOTTEN_DOMAIN}")


def deliveries(before: datetime) -> Rows:
    return WebhookDelivery.objects.filter(created_at__lt=before).exclude(delivered_at=None, failed_at=None)


def alarms(before: datetime) -> Rows:
    return RawEvent.objects.filter(received_at__lt=before).exclude(body=ERASED).exclude(processed_at=None)


KINDS: tuple[Kind, ...] = (
    Kind("image", _("Foto’s en video’s bij meldingen"), True, images, stripping.attachment, "at",
         labels("incidents.Attachment"), lambda row: f"{row.melding.number}/{row.pk}",
         melding="melding", contact="melding__contact", contractant="melding__contractant"),
    Kind("melding", _("Inhoud van gesloten meldingen"), False, contents, stripping.melding, "ended_at",
         labels("incidents.Melding", "incidents.Message", "incidents.Attachment", "incidents.ChainRequest",
                "incidents.EscalationMessage", "incidents.Alert"),
         lambda row: str(row.number), melding="pk", contact="contact", contractant="contractant"),
    Kind("complaint", _("Inhoud van afgeronde klachten"), False, complaints, stripping.complaint, "ended_at",
         labels("complaints.Complaint", "complaints.ComplaintMessage", "complaints.ComplaintReport",
                "complaints.ComplaintAttachment"),
         lambda row: str(row.number), contact="contact", contractant="contractant"),
    Kind("contact", _("Afgemelde contactpersonen"), False, left_contacts, stripping.contact, "left_at",
         labels("desk.User", "contractants.Contact", "account.EmailAddress", "incidents.SavedFilter",
                "mfa.Authenticator", "socialaccount.SocialAccount", "socialaccount.SocialToken"),
         melding="meldingen", contact="pk", contractant="contractant"),
    Kind("data_request", _("Afgeronde verzoeken van betrokkenen"), False, data_requests, stripping.data_request,
         "ended_at", labels("privacy.DataRequest"), lambda row: str(row.number), contractant="contractant"),
    Kind("mail", _("Binnengekomen mail, zoals die aankwam"), True, mails, stripping.mail, "stored_at", labels("desk.InboundMail"),
         of_case="pk", address="sender"),
    Kind("notice", _("Tekst en ontvanger van verstuurde berichten"), False, notices, stripping.notice, "created_at",
         labels("desk.Notice"), of_case="pk", address="email"),
    Kind("webhook", _("Afleveringen aan webhooks"), True, deliveries, erase, "created_at",
         labels("desk.WebhookDelivery"), number=None, of_case="event"),
    Kind("web_report", _("Meldingen per webformulier, zoals ingevuld"), True,
         lambda before: WebReport.objects.filter(submitted_at__lt=before), stripping.web_report, "submitted_at",
         labels("incidents.WebReport", "incidents.WebReportFile"),
         melding="melding", contact="melding__contact", contractant="melding__contractant", address="email"),
    Kind("alarm", _("Alarmen van monitoring, zoals ontvangen"), False, alarms, stripping.alarm, "received_at",
         labels("incidents.RawEvent")),
    Kind("idempotent", _("Antwoorden op herhaalbare aanvragen"), True,
         lambda before: IdempotentRequest.objects.filter(created_at__lt=before), erase, "created_at",
         labels("desk.IdempotentRequest"), number=None),
    Kind("session", _("Verlopen sessies"), True, lambda before: Session.objects.filter(expire_date__lt=before), erase, "expire_date",
         labels("desk.Session"), number=None),
    Kind("token", _("Verlopen API-sleutels"), True, lambda before: ApiToken.objects.filter(expiry__lt=before), erase, "expiry",
         labels("desk.ApiToken"), lambda row: str(row.token_key)),
    Kind("slow_action", _("Losse trage metingen"), True, lambda before: SlowAction.objects.filter(at__lt=before),
         erase, "at", labels("reports.SlowAction"), number=None),
    Kind("admin_log", _("Logboek van Beheer"), True, lambda before: LogEntry.objects.filter(action_time__lt=before),
         erase, "action_time", labels("admin.LogEntry"), number=None),
)  # fmt: skip
BY_SLUG = {kind.slug: kind for kind in KINDS}
