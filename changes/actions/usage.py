"""Recording which Release a contractant has in use (art. 5.2)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from changes.models import Release, ReleaseUse
from contractants.models import Contractant
from desk.door import Invalid, NotAllowed
from desk.models import Event, User
from sla.models import Contract
from sla.queries import AMSTERDAM


@transaction.atomic
def record_use(
    contractant: Contractant, release: Release, *, by: User, at: datetime, since: date
) -> ReleaseUse:
    """Write down that `contractant` has `release` in production since that local day, and that in its trail. What was
    in use before stays as history; recording what stands already adds nothing.

    Raises `NotAllowed`, or `Invalid` naming the field: a Release that is not out, a Dienst without contract, a day
    in the future, before the Release was out, or before what is in use already.
    """
    if not by.may("release.record_use"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    Contractant.objects.select_for_update(no_key=True).get(pk=contractant.pk)
    rows = ReleaseUse.objects.filter(contractant=contractant, service=release.service)
    current = rows.select_related("release").order_by("-since", "-id").first()
    if current is not None and (current.release_id, current.since) == (release.pk, since):
        return current
    if errors := _wrong(contractant, release, since, at.astimezone(AMSTERDAM).date(), current):
        raise Invalid(errors)
    made = ReleaseUse.objects.create(
        contractant=contractant, service=release.service, release=release, since=since, recorded_by=by, recorded_at=at
    )  # fmt: skip
    before = {"before": current.release.number} if current else {}
    Event.objects.create(
        case_type=Contractant.case_type, case_id=contractant.pk, verb="use_release", at=at, actor=by,
        data={"release": release.number, "since": since.isoformat(), **before},
    )  # fmt: skip
    return made


def _wrong(
    contractant: Contractant, release: Release, since: date, today: date, current: ReleaseUse | None
) -> dict[str, str]:
    if not release.is_out or release.released_at is None:
        return {"release": _("Deze release is nog niet uit, of ingetrokken.")}
    if not Contract.objects.filter(
        contractant=contractant, service=release.service, starts_on__lte=today
    ).exists():
        return {"release": _("Deze contractant heeft geen contract voor deze dienst.")}
    if since > today:
        return {"since": _("Deze dag ligt in de toekomst.")}
    out_on = release.released_at.astimezone(AMSTERDAM).date()
    if since < out_on:
        return {"since": _("De release is pas sinds %(day)s uit.") % {"day": date_format(out_on, "j F Y")}}
    if current is not None and since < current.since:
        told = {"version": current.release.name, "day": date_format(current.since, "j F Y")}
        return {
            "since": _("Versie %(version)s is in gebruik sinds %(day)s; kies die dag of een latere.") % told
        }
    return {}
