"""The life of a Release (SLA 11); each step is the declared transition of the same name, and what goes with it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from changes.actions import change as changes
from changes.actions.talk import INTERNAL, Words, add, say
from changes.models import Release, ReleaseDocument, ReleaseKind, ReleaseState
from changes.models.release import OUT
from contractants.models import Service
from desk import attachments, door, numbers, texts
from desk.door import Invalid, NotAllowed
from desk.models import Upload, User
from domain import releases
from domain.errors import WrongInput
from sla.queries import AMSTERDAM


def register(*, by: User, at: datetime, kind: str, service: Service, name: str, planned_on: date) -> Release:
    """Put a version of a Dienst on the calendar."""
    if not by.may("release.register"):
        raise NotAllowed(_("Voor het inplannen van een release ontbreken de rechten."))
    _check(kind, service, name, planned_on, at)
    with transaction.atomic():
        try:
            with transaction.atomic():
                release = Release.objects.create(
                    kind=kind, service=service, name=name, planned_on=planned_on,
                    number=numbers.next_number("R", "release_number", at),
                )  # fmt: skip
        except (
            IntegrityError
        ) as error:  # the button was pressed twice: the other was between the check and this
            raise Invalid({"name": _known()}) from error
        facts = {"planned_on": planned_on.isoformat(), "version": 1}
        release.announce(door.record(release, "register", by=by, at=at, source="", data=facts))
    return release


def _check(kind: str, service: Service, name: str, planned_on: date, at: datetime) -> None:
    errors = _date_errors(planned_on, at)
    if kind not in ReleaseKind.values:
        errors["kind"] = _("Kies een soort.")
    try:
        releases.main_version(name)
    except WrongInput:
        errors["name"] = _("Geef een versie zoals 8.2 of 8.2.1.")
    same = Release.objects.filter(service=service, name=name).exclude(state=ReleaseState.WITHDRAWN)
    if same.exists():
        errors["name"] = _known()
    if errors:
        raise Invalid(errors)


def _known() -> str:
    return _("Deze versie staat al op de kalender.")


def _date_errors(planned_on: date, at: datetime) -> dict[str, str]:
    past = planned_on < at.astimezone(AMSTERDAM).date()
    return {"planned_on": _("Kies een dag in de toekomst.")} if past else {}


def freeze(release: Release, *, by: User, at: datetime, version: int | None = None) -> Release:
    """No Change comes in any more."""
    return _step(release, "freeze", by, at, version)


def thaw(release: Release, *, by: User, at: datetime, version: int | None = None) -> Release:
    return _step(release, "thaw", by, at, version)


def end_support(release: Release, *, by: User, at: datetime, version: int | None = None) -> Release:
    """It is at its end of life: contractants have to be on a newer main version (SLA 11)."""
    return _step(release, "end_support", by, at, version)


def _step(release: Release, verb: str, by: User, at: datetime, version: int | None) -> Release:
    with door.change(release, verb, by=by, at=at, version=version):
        pass
    return release


def publish(release: Release, *, by: User, at: datetime, version: int | None = None) -> Release:
    """Bring it out with all its Changes. Contactpersonen of every contractant with a contract for the Dienst are told."""
    with transaction.atomic():
        _alone(release.service_id)
        with door.change(release, "publish", by=by, at=at, version=version) as going:
            for one in going.case.changes.order_by("pk"):
                changes.go_live(one, at=at, release=release)
            going.case.released_at = at
            going.data["changes"] = going.case.changes.count()
        renew_support(release.service)
        release.refresh_from_db(fields=["supported_until"])
    return release


def _alone(service: int) -> None:
    """Two Releases of a Dienst at once would each work out the support without the other."""
    Service.objects.select_for_update(no_key=True).get(pk=service)


def renew_support(service: Service) -> None:
    """Work out anew until when each main version of the Dienst is supported: a new one can push an old one out."""
    out = list(Release.objects.filter(service=service, state__in=OUT).order_by("-released_at"))
    first = {one.main_version: one.released_at.astimezone(AMSTERDAM).date() for one in out if one.released_at}
    for one in out:
        one.supported_until = releases.supported_until(one.main_version, first)
    Release.objects.bulk_update(out, ["supported_until"])


def reschedule(
    release: Release, *, by: User, at: datetime, planned_on: date, reason: str, version: int | None = None
) -> Release:
    """Move it to another day; contractants read why."""
    errors = texts.errors_in(reason=reason) | _date_errors(planned_on, at)
    if not reason.strip():
        errors["reason"] = _("Dit veld is verplicht.")
    if errors:
        raise Invalid(errors)
    with door.change(release, "reschedule", by=by, at=at, version=version) as going:
        going.data |= {"before": going.case.planned_on.isoformat(), "planned_on": planned_on.isoformat()}
        going.data["message"] = say(going.case, "reschedule", by=by, at=at, body=reason).pk
        going.case.planned_on = planned_on
    return release


def introduce(
    release: Release, *, by: User, at: datetime, introduction: str, version: int | None = None
) -> Release:
    """What stands above the notes of its Changes."""
    texts.required(introduction=introduction)
    with door.change(release, "introduce", by=by, at=at, version=version) as going:
        going.case.introduction = introduction
    return release


def attach(
    release: Release, *, by: User, at: datetime, files: list[Upload], version: int | None = None
) -> Release:
    """Add documents, that contractants can download once it is out."""
    if not files:
        raise Invalid({"files": _("Kies ten minste één bestand.")})
    types = attachments.check(files)
    with door.change(release, "attach", by=by, at=at, version=version) as going:
        ReleaseDocument.keep(files, types, release=going.case, author=by, at=at)
        going.data["files"] = len(files)
    return release


def require(release: Release, *, by: User, at: datetime, reason: str, version: int | None = None) -> Release:
    """Make it compulsory because of a vulnerability (CVE): the contractant has to cooperate (SLA 11)."""
    texts.required(reason=reason)
    with door.change(release, "require", by=by, at=at, version=version) as going:
        going.case.cve_reason = reason
    return release


def withdraw(release: Release, *, by: User, at: datetime, reason: str, version: int | None = None) -> Release:
    """Take it off the calendar, or out of use; its Changes wait for another."""
    texts.required(reason=reason)
    with transaction.atomic():
        _alone(release.service_id)
        with door.change(release, "withdraw", by=by, at=at, version=version) as going:
            for one in going.case.changes.order_by("pk"):
                changes.unplan(one, at=at, release=release)
            going.data["message"] = say(going.case, "withdraw", by=by, at=at, body=reason).pk
            going.case.supported_until = None
        renew_support(release.service)
    return release


def note(release: Release, *, by: User, at: datetime, body: str, client_key: UUID | None = None) -> Words:
    """Words for colleagues."""
    return add(release, "note", by=by, at=at, body=body, visibility=INTERNAL, client_key=client_key)
