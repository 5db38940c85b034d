"""Taking words and names away, one row at a time and within the caller's transaction. What is counted stays: times,
states, priorities, contractants. Doing it twice is doing it once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import QuerySet

from complaints.models import Complaint
from contractants.models import Contact
from desk.models import InboundMail, Notice, NoticePreference
from desk.texts import ERASED
from incidents.actions.storing import index
from incidents.models import Alert, EscalationMessage, Melding, RawEvent, SavedFilter, WebReport
from privacy.models import DataRequest

FORGOTTEN_DOMAIN = "verwijderd.invalid"


def attachment(row: Any, at: datetime) -> None:
    row.erase(at, ERASED)


def melding(row: Melding, at: datetime) -> None:
    Melding.objects.filter(pk=row.pk).update(
        subject=ERASED, description=ERASED, contact=None, reporter_name="", reporter_email="", reporter_phone="",
        first_seen_action="", goal="", examples="", solution=ERASED if row.solution else "", chain_party="",
    )  # fmt: skip
    row.messages.update(body=ERASED, author_name="")
    row.chain_requests.update(question=ERASED, reference="", party=ERASED)
    EscalationMessage.objects.filter(escalation__melding=row).update(body=ERASED, author_name="")
    Alert.objects.filter(melding=row).update(summary=ERASED, labels={})
    _files(row.attachments.filter(erased_at=None), at)
    _letters(Melding.case_type, row.pk, at)
    index(row)


def complaint(row: Complaint, at: datetime) -> None:
    Complaint.objects.filter(pk=row.pk).update(
        subject=ERASED, description=ERASED, solution=ERASED if row.solution else ""
    )
    messages: Any = row.messages
    messages.update(body=ERASED, author_name="")
    row.reports.update(complained=ERASED, found=ERASED, done=ERASED, prevention=ERASED)
    _files(row.attachments.filter(erased_at=None), at)
    _letters(Complaint.case_type, row.pk, at)


def data_request(row: DataRequest, at: datetime) -> None:
    DataRequest.objects.filter(pk=row.pk).update(person="", reference="", instruction="", result="")
    _letters(DataRequest.case_type, row.pk, at)


def contact(row: Contact, at: datetime) -> None:
    """Who acted stays told apart, by number."""
    user = row.user
    for kept in (Authenticator, SocialAccount):  # with its tokens
        kept.objects.filter(user=user).delete()
    user.emailaddress_set.all().delete()  # type: ignore[attr-defined]
    NoticePreference.objects.filter(user=user).delete()
    SavedFilter.objects.filter(owner=user).delete()
    user.name, user.email = f"Contactpersoon {row.pk}", f"contact-{row.pk}@{FORGOTTEN_DOMAIN}"
    user.mail_rejected_because = ""
    user.set_unusable_password()
    user.save()
    row.phone = ""
    row.save(update_fields=["phone"])


def mail(row: InboundMail, at: datetime) -> None:
    if row.file.name:
        row.file.storage.delete(row.file.name)
    row.delete()


def notice(row: Notice, at: datetime) -> None:
    """That it went out, when and which kind it was stays."""
    row.email, row.name, row.data = f"{row.pk}@{FORGOTTEN_DOMAIN}", "", {}
    row.subject = row.body = row.error = ""
    row.save(update_fields=["email", "name", "data", "subject", "body", "error"])


def web_report(row: WebReport, at: datetime) -> None:
    for file in row.files.all():
        file.erase(at, ERASED)
    row.delete()


def alarm(row: RawEvent, at: datetime) -> None:
    RawEvent.objects.filter(pk=row.pk).update(body=ERASED, error="")


def _files(rows: QuerySet[Any], at: datetime) -> None:
    for row in rows:
        attachment(row, at)


def _letters(case_type: str, case_id: int, at: datetime) -> None:
    """The mails and notices about it."""
    for one in InboundMail.objects.filter(case_type=case_type, case_id=case_id):
        mail(one, at)
    for sent in Notice.objects.filter(case_type=case_type, case_id=case_id).exclude(
        sent_at=None, dropped_at=None
    ):
        notice(sent, at)
