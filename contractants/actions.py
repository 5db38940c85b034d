"""What keepers do with the people of a contractant. Each act is atomic and written into its trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from contractants.models import Contact, Contractant, Partnership
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
    _may(by)
    _refuse(objections(contractant, person))
    user = User.objects.select_for_update().filter(email=person.address).first() or User(role=Role.CONTACT)
    contact = Contact.objects.filter(user_id=user.pk).first() or Contact(contractant=contractant)
    return _save(contact, user, person, "register_contact", by, at)


@transaction.atomic
def change_contact(contact: Contact, person: Person, *, by: User | None, at: datetime) -> Contact:
    """Change the facts about a registered contact; who changes organisation is registered anew there."""
    _may(by)
    contact = Contact.objects.select_for_update(of=("self",)).select_related("user").get(pk=contact.pk)
    if not contact.is_active:
        raise NotNow(_("Deze contactpersoon is afgemeld. Neem die eerst weer op."))
    _refuse(objections(contact.contractant, person, contact))
    return _save(contact, contact.user, person, "change_contact", by, at)


@transaction.atomic
def remove_contact(contact: Contact, *, by: User | None, at: datetime) -> Contact:
    """Take somebody off the register (SLA 10.1): no more access; what they reported stays."""
    return _set_active(contact, False, "remove_contact", by, at)


@transaction.atomic
def restore_contact(contact: Contact, *, by: User | None, at: datetime) -> Contact:
    """Register somebody again who was taken off, with the same facts."""
    return _set_active(contact, True, "restore_contact", by, at)


def objections(contractant: Contractant, person: Person, contact: Contact | None = None) -> dict[str, str]:
    """Why `person` cannot be a contact there, by field; `contact` is the row that they have already."""
    found = {}
    if person.role == Contact.Role.PARTNERSHIP and person.partnership is None:
        found["partnership"] = _("Kies het samenwerkingsverband waarvoor deze persoon spreekt.")
    elif person.partnership and not contractant.partnerships.filter(pk=person.partnership.pk).exists():
        found["partnership"] = _("De contractant hoort niet bij dit samenwerkingsverband.")
    if _is_taken(contractant, person, contact):
        found["email"] = _("Dit e-mailadres is al van een medewerker of een contactpersoon.")
    return found


def _is_taken(contractant: Contractant, person: Person, contact: Contact | None) -> bool:
    others = User.objects.exclude(pk=contact.user_id) if contact else User.objects.all()
    user = others.filter(email=person.address).first()
    if user is None:
        return False
    theirs = Contact.objects.filter(user=user).first()
    elsewhere = theirs is not None and (theirs.is_active or theirs.contractant_id != contractant.pk)
    return contact is not None or user.role != Role.CONTACT or elsewhere


def _save(contact: Contact, user: User, person: Person, verb: str, by: User | None, at: datetime) -> Contact:
    if user.email != person.address:
        user.mail_rejected_at, user.mail_rejected_because = None, ""
    user.email, user.name, user.is_active = person.address, person.name.strip(), True
    if user.pk is None:
        user.set_unusable_password()
    user.save()
    contact.user, contact.is_active = user, True
    contact.role, contact.partnership, contact.phone = person.role, person.partnership, person.phone
    contact.save()
    _record(contact, verb, by, at)
    return contact


def _set_active(contact: Contact, active: bool, verb: str, by: User | None, at: datetime) -> Contact:
    _may(by)
    contact.is_active = contact.user.is_active = active
    contact.user.save(update_fields=["is_active"])
    contact.save(update_fields=["is_active"])
    _record(contact, verb, by, at)
    return contact


def _may(by: User | None) -> None:
    if by is not None and not by.has_perm("contractants.change_contact"):
        raise NotAllowed(_("Voor deze handeling ontbreken de rechten."))


def _refuse(found: dict[str, str]) -> None:
    if found:
        raise Invalid(found)


def _record(contact: Contact, verb: str, by: User | None, at: datetime) -> None:
    Event.objects.create(
        case_type=Contractant.case_type, case_id=contact.contractant_id, verb=verb, at=at, actor=by,
        data={"contact": contact.pk, "role": contact.role},
    )  # fmt: skip
