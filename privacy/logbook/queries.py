"""Reading the trail (art. 7.4), and what its ids and slugs are called today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from changes.models import Change
from complaints.models import Complaint
from contractants.models import Contact, Contractant
from desk.audit.recording import kind_of
from desk.models import AuditCheck, AuditLink, AuditPending, AuditRecord, Traced
from desk.models.audit import Result
from desk.paging import Key
from incidents.models import Attachment, Escalation, Melding, StructuralFailure
from privacy.models import DataRequest
from reports.models import ServiceLevelReport

NEWEST = (Key("id", descending=True),)
AT_ONCE = 1000
OWN_ACTS = {
    "sign_in": _("Aanmelden"), "sign_out": _("Afmelden"), "prune_audit": _("Logboek opschonen"),
    "admin_add": _("Toevoegen in beheer"), "admin_change": _("Wijzigen in beheer"),
    "admin_delete": _("Verwijderen in beheer"), "unknown_address": _("Onbekend adres"),
}  # fmt: skip
# What a contractant's own people see something of; of anything else they do not even hear that it is there. Of cases only
# of those that they may see.
SHARED_CASES: list[Any] = [
    Melding, Escalation, StructuralFailure, Change, Complaint, ServiceLevelReport, DataRequest,
]  # fmt: skip
SHARED = ("complaintattachment", "contractant", "user", "")


@dataclass(frozen=True)
class Line:
    """One record with today's names."""

    record: AuditRecord
    name: str
    organisation: str
    contractant: str

    @property
    def act(self) -> Any:
        known = _words().get(self.record.kind, {})
        return known.get(self.record.act) or OWN_ACTS.get(self.record.act) or self.record.get_mode_display()

    @property
    def kind(self) -> Any:
        return _kinds().get(self.record.kind, self.record.kind)


def found(condition: Q) -> QuerySet[AuditRecord]:
    return AuditRecord.objects.filter(condition).select_related("user")


def share(contact: Contact) -> QuerySet[AuditRecord]:
    """Who saw or changed what of the contractant of `contact`: what was done, of what they may know of."""
    files = Attachment.objects.all().visible_to(contact.user).values(called=Cast("public_id", CharField()))
    known = Q(kind__in=SHARED) | Q(kind="attachment", number__in=files)
    for model in SHARED_CASES:
        theirs = model.objects.visible_to(contact.user).values("number")
        known |= Q(kind=model.case_type, number__in=theirs)
    return found(known & Q(contractant=contact.contractant_id, result=Result.DONE))


def lines(records: Iterable[AuditRecord]) -> list[Line]:
    """With the names that people and contractants have now; those that are gone keep their id."""
    rows = list(records)
    ids = {one for row in rows for one in (row.organisation, row.contractant) if one}
    names = dict(Contractant.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        Line(row, _name(row), _called(names, row.organisation), _called(names, row.contractant))
        for row in rows
    ]


def all_lines(records: QuerySet[AuditRecord]) -> Iterator[Line]:
    """Newest first, a thousand at a time, however many there are."""
    rows = list(records.order_by("-id")[:AT_ONCE])
    while rows:
        yield from lines(rows)
        rows = list(records.filter(pk__lt=rows[-1].pk).order_by("-id")[:AT_ONCE])


def state_of_chain() -> dict[str, Any]:
    """Whether the chain held when last verified, up to when there is one, and how much waits for a place."""
    newest = AuditLink.objects.select_related("record").order_by("-sequence").first()
    return {"check": AuditCheck.objects.first(), "newest": newest, "pending": AuditPending.objects.count()}


def _name(row: AuditRecord) -> str:
    return "" if row.user_id is None else str(getattr(row, "user", None) or row.user_id)


def _called(names: dict[int, str], which: int | None) -> str:
    return names.get(which, str(which)) if which else ""


@cache
def _words() -> dict[str, dict[str, Any]]:
    return {model.case_type: model.words() for model in Traced.traced()}


@cache
def _kinds() -> dict[str, Any]:
    return {kind_of(model): model._meta.verbose_name for model in apps.get_models()}
