"""Who hears what of an escalation: both sides of the echelon that has it now (SLA 4.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contractants.models import Contact
from desk.models import Event, Notice, User
from desk.notices import drop, owe
from desk.notices.kinds import called
from desk.permissions import Role
from incidents.clocks import CLOCKS
from incidents.duty import answering, hours_for, hours_of, is_open, never_closes
from incidents.models import Escalation, EscalationMessage, Melding, Reason
from incidents.notices import Recipient, noticed_at, portal_path
from sla.adapter import terms

Recipients = Callable[[Escalation, Event], Iterator[Recipient]]


@called(gettext_lazy("iedereen van het echelon; van de Supportafdeling buiten kantoortijd wie dienst heeft"))
def echelon(escalation: Escalation, event: Event) -> Iterator[Recipient]:
    """A P1 outside Kantoortijden lies with whoever answers then, not with those who went home (SLA 4.2)."""
    melding, at = escalation.melding, noticed_at(event)
    hours = hours_for(melding)
    if escalation.role == Role.SUPPORT and not is_open(hours.office, hours.next_answer(at, melding.priority)):
        yield from _others(answering(hours, at, melding.priority), event)
    else:
        yield from _others(staff_of(escalation.role), event)


def staff_of(role: str) -> list[User]:
    """Who has this role; where nobody has, the administrators, so that somebody hears it."""
    active = User.objects.filter(is_active=True)
    return list(active.filter(role=role)) or list(active.filter(role=Role.ADMINISTRATOR))


@called(gettext_lazy("de tegenhanger van het echelon, de melder en wie escaleerde"))
def contractant_side(escalation: Escalation, event: Event) -> Iterator[Recipient]:
    """The counterpart of the echelon, the contact who reported it, and the one who escalated."""
    melding, starter = escalation.melding, escalation.started_by
    users = [contact.user for contact in counterparts(escalation)]
    if melding.contact and melding.contact.is_active:
        users.append(melding.contact.user)
    if starter is not None and starter.role == Role.CONTACT:
        users.append(starter)
    yield from _others({user.pk: user for user in users}.values(), event)
    if melding.contact is None and melding.reporter_email:
        yield Recipient(melding.reporter_email, melding.reporter_name)


def counterparts(escalation: Escalation) -> list[Contact]:
    """Those with the role that faces this echelon; the hoofdcontactpersoon where nobody has that role. At the first
    one that is who reported it."""
    rung = escalation.rung
    if rung is None or rung.counterpart_role == Contact.Role.CONTACT:
        return []
    own = Contact.objects.filter(
        contractant=escalation.melding.contractant, is_active=True, user__is_active=True
    ).select_related("user")
    return list(own.filter(role=rung.counterpart_role)) or list(own.filter(role=Contact.Role.MAIN))


def _others(users: Iterable[User], event: Event) -> Iterator[Recipient]:
    for user in users:
        if user.is_active and user.pk != event.actor_id:
            yield Recipient(user.email, user.name, user.language)


TO_STAFF: dict[str, str] = {
    "start": "escalation_started", "join": "escalation_joined", "climb": "escalation_raised",
    "pass_up": "escalation_raised", "dispute": "escalation_raised", "accept_answer": "escalation_accepted",
    "withdraw": "escalation_withdrawn",
}  # fmt: skip
TO_CONTRACTANT: dict[str, str] = {
    "start": "escalation_started_contact", "climb": "escalation_raised_contact",
    "pass_up": "escalation_raised_contact", "dispute": "escalation_raised_contact", "answer": "escalation_answered",
    "settle": "escalation_settled", "withdraw": "escalation_withdrawn_contact",
}  # fmt: skip
NOTICES: dict[str, list[tuple[str, Recipients]]] = {
    verb: [
        *([(TO_STAFF[verb], echelon)] if verb in TO_STAFF else []),
        *([(TO_CONTRACTANT[verb], contractant_side)] if verb in TO_CONTRACTANT else []),
    ]
    for verb in {**TO_STAFF, **TO_CONTRACTANT}
}


def announce(escalation: Escalation, event: Event) -> None:
    """Owe what the table says about `event`, in its transaction. Nobody of the staff is written to in the night, nor is
    anybody because of a clock: that waits for the hours in which this priority is attended to. What still waits
    when the Melding has ended is not sent."""
    if event.verb == "lapse":
        waiting = Notice.objects.filter(case_type=escalation.case_type, case_id=escalation.pk, attempts=0)
        drop(waiting.filter(next_try_at__gt=event.at), Notice.Dropped.SUPERSEDED, at=event.at)
    opening = attended_from(escalation.melding, noticed_at(event))
    for key, recipients in NOTICES.get(event.verb, []):
        waits = recipients is echelon or event.actor is None
        for to in recipients(escalation, event):
            owe(
                key, email=to.email, name=to.name, language=to.language, event=event,
                not_before=opening if waits else None,
            )  # fmt: skip


def attended_from(melding: Melding, at: datetime) -> datetime | None:
    """The next moment at which somebody is there for its priority; None when that is `at`, and for a P1 that was
    promised to be answered or solved around the clock (SLA 4.2, 9.3)."""
    held = terms(melding.policy_version_id)
    if melding.priority == 1 and any(never_closes(held.calendars[clock, 1]) for clock in CLOCKS):
        return None
    opening = hours_of(held).next_answer(at, melding.priority)
    return opening if opening > at else None


def context(escalation: Escalation, event: Event) -> dict[str, Any]:
    """What the template of a notice about `event` may use; `words` is what was said with it."""
    melding = escalation.melding
    said = EscalationMessage.objects.filter(pk=event.data.get("message"), escalation=escalation).first()
    supplier = melding.policy_version.policy.supplier
    return {
        "melding": melding, "words": said.body if said else "",
        "actor": str(event.actor) if event.actor else _("de klok"),
        "reason": Reason(event.data.get("reason", escalation.reason)).label,
        "role": Role(event.data.get("role", escalation.role)).label,
        "desk_link": settings.SITE_URL + escalation.get_absolute_url(),
        "portal_link": settings.SITE_URL + portal_path(melding) if melding.contractant_id else "",
        "phone_lines": melding.policy_version.phone_lines,
        "sender": _("Supportafdeling %(supplier)s") % {"supplier": supplier},
    }  # fmt: skip
