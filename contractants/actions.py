"""What keepers, and its own hoofdcontactpersonen, do with the people of a contractant. Each act is atomic and written
into its trail; what a hoofdcontactpersoon does is told to the person and to the keepers of the register."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from contractants import notices
from contractants.models import Contact, Contractant, Partnership
from desk import audit, sessions
from desk.door import Invalid, NotAllowed, NotNow
from desk.models import Event, User
from desk.permissions import Role


@dataclass(frozen=True)
class Person:
    """Who a contact is: how to reach them and what they stand for."""

    name: str
    email: str
    role: str = Contact.Role.CONTACT
    partnership: Partnership | None = None
    phone: str = ""

    @property
    def address(self) -> str:
        """The e-mail address as it is stored."""
        return self.email.strip().lower()


@transaction.atomic
def register_contact(contractant: Contractant, person: Person, *, by: User | None, at: datetime) -> Contact:
    """Register somebody as contact (SLA 10.1), with a user to sign in as; who left comes back as they were.

    Raises `Invalid` naming the field: an e-mail address of staff or of a contact elsewhere is refused.
    """
    own = _may(by, contractant)
    _refuse(objections(contractant, person, own=own))
    user = User.objects.select_for_update().filter(email=person.address).first() or User(role=Role.CONTACT)
    contact = Contact.objects.filter(user_id=user.pk).first() or Contact(contractant=contractant)
    user.is_active = True
    return _save(contact, user, person, "register_contact", by, at, own)


@transaction.atomic
def change_contact(contact: Contact, person: Person, *, by: User | None, at: datetime) -> Contact:
    """Change the facts about a registered contact; who changes organisation is registered anew there."""
    own = _may(by, contact.contractant)
    contact = _locked(contact)
    if not (contact.is_active and contact.user.is_active):
        raise NotNow(_("Deze contactpersoon is afgemeld. Neem die eerst weer op."))
    _refuse(objections(contact.contractant, person, contact, own=own))
    if own and person.role != Contact.Role.MAIN:
        _keep_a_main_contact(contact)
    return _save(contact, contact.user, person, "change_contact", by, at, own)


@transaction.atomic
def remove_contact(contact: Contact, *, by: User | None, at: datetime) -> Contact:
    """Take somebody off the register (SLA 10.1): no more access by any way; what they reported stays.

    Raises `NotNow` when a hoofdcontactpersoon would take off the last one.
    """
    own = _may(by, contact.contractant)
    contact = _locked(contact)
    if own:
        _keep_a_main_contact(contact)
    sessions.shut_out(contact.user, at)
    return _set_active(contact, False, "remove_contact", by, at, own)


@transaction.atomic
def pass_on(contact: Contact, *, by: User, at: datetime) -> Contact:
    """Make `contact` hoofdcontactpersoon in the place of `by`, who stays a contactpersoon."""
    if not _may(by, contact.contractant):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))
    former = Contact.objects.get(user=by)
    contact = change_contact(
        contact, replace(person_of(contact), role=Contact.Role.MAIN, partnership=None), by=by, at=at
    )
    if former.pk != contact.pk:
        change_contact(former, replace(person_of(former), role=Contact.Role.CONTACT), by=by, at=at)
    return contact


@transaction.atomic
def restore_contact(contact: Contact, *, by: User | None, at: datetime) -> Contact:
    """Register somebody again who was taken off, with the same facts."""
    _may(by)
    return _set_active(_locked(contact), True, "restore_contact", by, at)


@transaction.atomic
def switch(contractant: Contractant, *, by: User | None, at: datetime) -> None:
    """What follows from `is_active` as it was just stored: of a contractant that is switched off nobody has access by any
    way. Who was not taken off meanwhile can sign in again once it is switched on."""
    _may(by)
    verb = "switch_on" if contractant.is_active else "switch_off"
    if not contractant.is_active:
        for user in User.objects.filter(contact__contractant=contractant).order_by("pk"):
            sessions.shut_out(user, at)
    Event.objects.create(case_type=Contractant.case_type, case_id=contractant.pk, verb=verb, at=at, actor=by)
    audit.log(verb, by=by, at=at, obj=contractant)


def person_of(contact: Contact) -> Person:
    return Person(contact.user.name, contact.user.email, contact.role, contact.partnership, contact.phone)


def manages(user: User, contractant: Contractant) -> bool:
    """Whether `user` is a hoofdcontactpersoon there, who sees to its people (art. 2.2)."""
    mine = Contact.objects.filter(contractant=contractant, role=Contact.Role.MAIN, is_active=True)
    return mine.filter(user=user, user__is_active=True).exists()


def objections(
    contractant: Contractant, person: Person, contact: Contact | None = None, *, own: bool = False
) -> dict[str, str]:
    """Why `person` cannot be a contact there, by field; `contact` is the row that they have already, `own` says that
    their own hoofdcontactpersoon asks: who speaks for a Samenwerkingsverband is for that to appoint (art. 3.2)."""
    found = {}
    appointed = Contact.Role.PARTNERSHIP in {person.role, contact.role if contact else ""}
    if own and appointed and (contact is None or contact.role != person.role):
        found["role"] = _(
            "Wie namens het samenwerkingsverband spreekt, wijst het samenwerkingsverband zelf aan."
        )
    elif (
        own
        and appointed
        and contact
        and (contact.user.email, contact.user.name) != (person.address, person.name.strip())
    ):
        found["email"] = _(
            "Wie namens het samenwerkingsverband spreekt, wijst het samenwerkingsverband zelf aan."
        )
    if person.role == Contact.Role.PARTNERSHIP and person.partnership is None:
        found["partnership"] = _("Kies het samenwerkingsverband waarvoor deze persoon spreekt.")
    elif person.partnership and not contractant.partnerships.filter(pk=person.partnership.pk).exists():
        found["partnership"] = _("De contractant hoort niet bij dit samenwerkingsverband.")
    if _is_taken(contractant, person, contact):
        found["email"] = (
            _("Dit e-mailadres kan niet worden gebruikt. Neem contact op met de Supportafdeling.")
            if own  # who is known elsewhere is not for them to find out
            else _("Dit e-mailadres is al van een medewerker of een contactpersoon.")
        )
    return found


def _is_taken(contractant: Contractant, person: Person, contact: Contact | None) -> bool:
    others = User.objects.exclude(pk=contact.user_id) if contact else User.objects.all()
    user = others.filter(email=person.address).first()
    if user is None:
        return False
    theirs = Contact.objects.filter(user=user).first()
    elsewhere = theirs is not None and (theirs.is_active or theirs.contractant_id != contractant.pk)
    return contact is not None or user.role != Role.CONTACT or elsewhere


def _save(
    contact: Contact, user: User, person: Person, verb: str, by: User | None, at: datetime, own: bool
) -> Contact:
    former = user.email
    if former != person.address:
        user.mail_rejected_at, user.mail_rejected_because = None, ""
        if user.pk is not None:
            sessions.shut_out(user, at)  # whoever reads the other mailbox signs in anew, and nobody else
    user.email, user.name = person.address, person.name.strip()
    if user.pk is None:
        user.set_unusable_password()
    user.save()
    contact.user, contact.is_active = user, True
    contact.role, contact.partnership, contact.phone = person.role, person.partnership, person.phone
    contact.save()
    _record(contact, verb, by, at, own, former)
    return contact


def _set_active(
    contact: Contact, active: bool, verb: str, by: User | None, at: datetime, own: bool = False
) -> Contact:
    contact.is_active = contact.user.is_active = active
    contact.user.save(update_fields=["is_active"])
    contact.save(update_fields=["is_active"])
    _record(contact, verb, by, at, own)
    return contact


def _locked(contact: Contact) -> Contact:
    """The row with its user, both locked: the user first, everywhere, so that two who change it wait for each other."""
    User.objects.select_for_update().get(pk=contact.user_id)
    rows = Contact.objects.select_for_update(of=("self",)).select_related("user", "contractant")
    return rows.get(pk=contact.pk)


def _may(by: User | None, contractant: Contractant | None = None) -> bool:
    """Whether `by` does it as hoofdcontactpersoon of `contractant`; keepers may without that, others may not. Of two
    hoofdcontactpersonen at once the second waits for the first, and may have lost the right."""
    if by is None or by.has_perm("contractants.change_contact"):
        return False
    if contractant is not None and by.role == Role.CONTACT:
        Contractant.objects.select_for_update(no_key=True).get(pk=contractant.pk)
        if manages(by, contractant):
            return True
    raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))


def _keep_a_main_contact(leaving: Contact) -> None:
    others = Contact.objects.filter(
        contractant=leaving.contractant_id, role=Contact.Role.MAIN, is_active=True, user__is_active=True
    ).exclude(pk=leaving.pk)
    if leaving.role == Contact.Role.MAIN and not others.exists():
        raise NotNow(_("Dit is de enige hoofdcontactpersoon. Maak eerst iemand anders hoofdcontactpersoon."))


def _refuse(found: dict[str, str]) -> None:
    if found:
        raise Invalid(found)


def _record(contact: Contact, verb: str, by: User | None, at: datetime, own: bool, former: str = "") -> None:
    """`former` is the e-mail address that the contact had."""
    event = Event.objects.create(
        case_type=Contractant.case_type, case_id=contact.contractant_id, verb=verb, at=at, actor=by,
        data={"contact": contact.pk, "role": contact.role},
    )  # fmt: skip
    audit.log(verb, by=by, at=at, obj=contact)
    if own:
        notices.owe(contact, event, former)
