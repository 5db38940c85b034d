"""From a mail to a Melding, or to a reaction on one (SLA 4, 4.3).

Where a mail belongs follows from the signed Message-IDs that it answers, or from a number in its subject; whether
it may go there follows from who sent it. An escalation is talked about on its Melding. What answers a case that not all
of the staff may see never becomes a Melding, which others would read; what staff answer to any other kind of case is no
report either. Everything else is new: a Melding of a registered contact, restricted where it answers one that is, or a
report that its sender still has to confirm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from contractants.models import Contact
from desk import quarantine, texts, threads
from desk.mail import headers, intake
from desk.mail.enclosures import sort_out
from desk.mail.letter import Letter
from desk.models import Case, InboundMail, User
from desk.permissions import STAFF
from incidents.actions.enclosures import enclose
from incidents.actions.register import Report, register
from incidents.actions.talk import note, reply
from incidents.actions.web_report import submit
from incidents.models import Channel, Escalation, Kind, Melding, Message, Relation, State
from incidents.models.access import MeldingQuerySet

Outcome = InboundMail.Outcome
NUMBER = re.compile(r"\bM\d{2}-\d{5,12}\b", re.IGNORECASE)
ANY_NUMBER = re.compile(r"\b[A-Z]\d{2}-\d{5,12}\b", re.IGNORECASE)
ON_MELDING = frozenset({Melding.case_type, Escalation.case_type})
HOUR = timedelta(hours=1)
# Each of these is answered by mail, so a loop that nobody recognised must come to an end.
MOST_NEW, MOST_UNCONFIRMED, MOST_UNCONFIRMED_IN_ALL = 20, 3, 60  # in an hour


@dataclass(frozen=True)
class Sender:
    """Whom a mail claims to be from. `trusted` is False where our own mail server saw that it is not so."""

    address: str
    name: str
    user: User | None
    contact: Contact | None
    trusted: bool

    @property
    def is_staff(self) -> bool:
        return self.user is not None and self.user.role in STAFF

    def may_see(self) -> MeldingQuerySet:
        """What this sender may add to: what the gate shows them, and what they reported themselves."""
        everything = Melding.objects.get_queryset()
        if not self.trusted or not self.address:
            return everything.none()
        own = Q(reporter_email__iexact=self.address)
        if self.user is not None:
            own |= Q(pk__in=Melding.objects.visible_to(self.user).values("pk"))
        return everything.filter(own)


def take(row: InboundMail, letter: Letter, at: datetime) -> None:
    """Do what `letter` asks for and write into `row` what that was. Within the caller's transaction."""
    if not letter.sender:
        row.outcome, row.reason = Outcome.SET_ASIDE, _("Het bericht noemt geen afzender met een e-mailadres.")
        return
    sender = _sender(letter)
    if (case := _other_case(letter, sender)) is not None:
        _pass_on(case, sender, row, letter, at)
        return
    melding, closed = _addressed(letter, sender), _restricted(letter, sender)
    if melding is not None and _takes_words(melding, sender):
        _answer(melding, sender, row, letter, at)
    elif closed is not None and sender.user is None:
        _set_aside(
            closed, row, _("Dit antwoordt op een afgeschermde melding, en de afzender is hier niet bekend.")
        )
    elif _too_many(row, sender, at):
        row.outcome, row.reason = Outcome.SET_ASIDE, _("Van deze afzender komt te veel mail tegelijk.")
    elif sender.contact is not None or sender.is_staff:
        _register(melding, closed, sender, row, letter, at)
    else:
        _ask_to_confirm(sender, row, letter, at)


def retry_mail(row: InboundMail, *, at: datetime) -> InboundMail:
    """Deal again with a mail that was set aside or taken for automatic, after somebody looked at it."""
    return intake.retry(row, at=at, handle=take)


# --- Who


def _sender(letter: Letter) -> Sender:
    trusted = not _is_forged(letter)
    user = User.objects.filter(email=letter.sender, is_active=True).first() if trusted else None
    contact = Contact.objects.filter(user=user, is_active=True).select_related("user", "contractant").first()
    return Sender(
        letter.sender, texts.masked(letter.sender_name)[:120], user, contact if user else None, trusted
    )


def _is_forged(letter: Letter) -> bool:
    """Whether our own mail server says so (RFC 8601); it removes such lines of others."""
    wanted = settings.MAIL_IN_AUTHSERV.lower()
    lines = [line.lower() for line in headers.every(letter.message, "Authentication-Results")]
    own = [line for line in lines if wanted and re.split(r"[;\s]", line, maxsplit=1)[0] == wanted]
    if any("dmarc=pass" in line for line in own):
        return False
    return any(re.search(r"\b(?:dmarc|spf)=fail\b", line) for line in own)


def _too_many(row: InboundMail, sender: Sender, at: datetime) -> bool:
    recent = InboundMail.objects.filter(received_at__gt=at - HOUR).exclude(pk=row.pk)
    if sender.user is not None:
        return recent.filter(sender=sender.address, outcome=Outcome.NEW).count() >= MOST_NEW
    waiting = recent.filter(outcome=Outcome.UNCONFIRMED)
    return (
        waiting.filter(sender=sender.address).count() >= MOST_UNCONFIRMED
        or waiting.count() >= MOST_UNCONFIRMED_IN_ALL
    )


# --- Where


def _other_case(letter: Letter, sender: Sender) -> Case | None:
    """The case of another kind that this mail answers: by reference, or by its number. What anybody but staff answers
    to one that takes no mail and that all staff may see may well be a new fault, and is treated as that."""
    kinds = {kind.case_type: kind for kind in Case.kinds()}
    for case_type, case_id in reversed(threads.cases_in(letter.references)):
        if case_type in ON_MELDING:
            return None
        if case_type in kinds:
            kind = kinds[case_type]
            if not (kind.takes_mail or kind.kept_apart or sender.is_staff):
                return None
            return kinds[case_type]._base_manager.filter(pk=case_id).first()
    return _named(letter, sender)


def _named(letter: Letter, sender: Sender) -> Case | None:
    """A number proves nothing: it counts for who sees that case, and where no Melding is named beside it. That of a
    case which not all staff see counts for everybody: what is said of that one is not for them."""
    numbers = [number.upper() for number in ANY_NUMBER.findall(letter.subject)[:5]]
    if not numbers or NUMBER.search(letter.subject):
        return None
    kinds: list[Any] = [kind for kind in Case.kinds() if kind.kept_apart or (kind.takes_mail and sender.user)]
    rows = (kind.objects.all() if kind.kept_apart else kind.objects.visible_to(sender.user) for kind in kinds)
    found = (some.filter(number__in=numbers).first() for some in rows)
    return next((case for case in found if case is not None), None)


def _addressed(letter: Letter, sender: Sender) -> Melding | None:
    """The Melding that it answers, if the sender may see it; of one that was merged, the one that it went into.
    Staff are taken at their word only with a signed Message-ID."""
    ids = _meldingen_in(letter)
    numbers = [] if sender.is_staff else [number.upper() for number in NUMBER.findall(letter.subject)[:5]]
    found = sender.may_see().filter(Q(pk__in=ids[:50]) | Q(number__in=numbers))
    places = {melding.pk: melding for melding in found}
    named = {melding.number: melding for melding in places.values()}
    ordered = [places.get(pk) for pk in reversed(ids)] + [named.get(number) for number in numbers]
    melding = next((one for one in ordered if one is not None), None)
    for _step in range(10):
        if melding is None or melding.state != State.DUPLICATE:
            break
        melding = sender.may_see().filter(pk=melding.duplicate_of_id or 0).first()
    return melding


def _meldingen_in(letter: Letter) -> list[int]:
    """The ids of those that it refers to, itself or by an escalation, in order."""
    named = [ref for ref in threads.cases_in(letter.references)[:100] if ref[0] in ON_MELDING]
    climbed = [case_id for case_type, case_id in named if case_type == Escalation.case_type]
    of = dict(Escalation.objects.filter(pk__in=climbed).values_list("pk", "melding"))
    return [of.get(pk, 0) if case_type == Escalation.case_type else pk for case_type, pk in named]


def _restricted(letter: Letter, sender: Sender) -> Melding | None:
    """The restricted Melding that it answers, also one that its sender may not see; or that a contact of the same
    contractant names."""
    ids, restricted = _meldingen_in(letter)[:50], Melding.objects.filter(restricted_at__isnull=False)
    found = {one.pk: one for one in restricted.filter(pk__in=ids)}
    if found or sender.contact is None:
        return next((found[pk] for pk in reversed(ids) if pk in found), None)
    numbers = [number.upper() for number in NUMBER.findall(letter.subject)[:5]]
    return restricted.filter(number__in=numbers, contractant=sender.contact.contractant_id).first()


def _takes_words(melding: Melding, sender: Sender) -> bool:
    return sender.is_staff or melding.state not in {State.CANCELLED, State.DUPLICATE}


# --- What


def _pass_on(case: Case, sender: Sender, row: InboundMail, letter: Letter, at: datetime) -> None:
    """To the case itself; where that does not take it, an administrator looks at it."""
    # Staff are taken at their word only with a signed Message-ID.
    proven = not sender.is_staff or (case.case_type, case.pk) in threads.cases_in(letter.references)
    post = sort_out(row, letter, _text(letter), internal=sender.is_staff)
    if sender.user is not None and proven and case.take_mail(sender.user, post, at):
        quarantine.follow(str(row.file.name), case)
        row.outcome, row.case_type, row.case_id = Outcome.ANSWER, case.case_type, case.pk
        return
    if case.takes_mail:
        reason = _("Dit antwoordt op een zaak waar deze afzender niet aan kan toevoegen.")
    else:
        reason = _("Dit antwoordt op %(kind)s %(number)s; daar komt geen mail bij.") % {
            "kind": case._meta.verbose_name, "number": case.number,
        }  # fmt: skip
    _set_aside(case, row, reason)


def _set_aside(case: Case, row: InboundMail, reason: str) -> None:
    """Where only whoever may see `case` finds it, in quarantine too."""
    quarantine.follow(str(row.file.name), case)
    row.outcome, row.reason, row.case_type, row.case_id = Outcome.SET_ASIDE, reason, case.case_type, case.pk


def _answer(melding: Melding, sender: Sender, row: InboundMail, letter: Letter, at: datetime) -> None:
    """A public reaction; of staff an internal note, because a mail can be forged or meant for a colleague, and
    what the contractant was told cannot be taken back."""
    given: dict[str, Any] = {"at": at, "body": _text(letter), "channel": Channel.EMAIL}
    if sender.is_staff:
        message = note(melding, by=sender.user, **given)
    else:
        speaker = sender.contact.user if sender.contact and _is_own(melding, sender.contact) else None
        message = reply(melding, by=speaker, author_name=sender.name or sender.address, **given)
    enclose(melding, message, row, letter, by=message.author, at=at, internal=message.is_internal)
    _link(row, Outcome.ANSWER, melding, message)


def _is_own(melding: Melding, contact: Contact) -> bool:
    return melding.contractant_id == contact.contractant_id


def _register(
    earlier: Melding | None,
    closed: Melding | None,
    sender: Sender,
    row: InboundMail,
    letter: Letter,
    at: datetime,
) -> None:
    """A new Melding; what answers a restricted one is for the same people. As an Incident: what a mail does not say shows as missing, and taking a question for an
    incident costs the contractant nothing, the other way round its time (SLA 9.1, 9.4)."""
    contact = sender.contact
    report = _report(
        sender,
        letter,
        contact=contact,
        contractant=contact and contact.contractant,
        received_at=row.received_at,
    )
    melding = register(report, by=contact.user if contact else None, at=at, accept_missing=True, like=closed)
    enclose(melding, None, row, letter, by=contact.user if contact else None, at=at)
    if (answered := earlier or closed) is not None:
        Relation.objects.create(melding=melding, other=answered, kind=Relation.Kind.FOLLOW_UP)
    _link(row, Outcome.NEW, melding)


def _ask_to_confirm(sender: Sender, row: InboundMail, letter: Letter, at: datetime) -> None:
    """Like the public form: nothing happens until the owner of the address says that it was they (SLA 4)."""
    report = submit(_report(sender, letter), at=at, accept_missing=True)
    row.outcome, row.case_type, row.case_id = Outcome.UNCONFIRMED, "web_report", report.pk


def _report(sender: Sender, letter: Letter, **fields: Any) -> Report:
    subject = texts.masked(" ".join(letter.subject.split()))[: texts.SUBJECT_MAX]
    return Report(
        kind=Kind.INCIDENT, channel=Channel.EMAIL, subject=subject.strip() or _("(zonder onderwerp)"), description=_text(letter),
        reporter_name=sender.name, reporter_email=sender.address, **fields,
    )  # fmt: skip


def _text(letter: Letter) -> str:
    return texts.masked(letter.text[: 2 * texts.TEXT_MAX])[: texts.TEXT_MAX].strip() or _("(zonder tekst)")


def _link(row: InboundMail, outcome: Outcome, melding: Melding, message: Message | None = None) -> None:
    quarantine.follow(str(row.file.name), melding)
    row.outcome, row.case_type, row.case_id = outcome, melding.case_type, melding.pk
    row.message = message.pk if message else None
