"""What keepers do with the people of a contractant. Each act is atomic and written into its trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from contractants.models import Contact, Contractant, Partnership
from desk.door import Invalid, NotAllowed
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


@transaction.atomic
def register_contact(contractant: Contractant, person: Person, *, by: User | None, at: datetime) -> Contact:
    """Register somebody as contact (SLA 10.1), with a user to sign in as; who left comes back as they were.

    Raises `Invalid` naming the field: an e-mail address of staff or of a contact elsewhere is refused.
    """
    _may(by)
    _check(contractant, person)
    user = User.objects.select_for_update().filter(email=_email(person)).first() or User(role=Role.CONTACT)
    contact = Contact.objects.filter(user_id=user.pk).first() or Contact(contractant=contractant)
    elsewhere = contact.contractant_id != contractant.pk
    if user.role != Role.CONTACT or elsewhere or (contact.pk and contact.is_active):
        raise Invalid({"email": _("Dit e-mailadres is al van een medewerker of een contactpersoon.")})
    return _save(contact, user, person, "register_contact", by, at)


@transaction.atomic
def change_contact(contact: Contact, person: Person, *, by: User | None, at: datetime) -> Contact:
    """Change the facts about a contact; who changes organisation is registered anew there."""
    _may(by)
    _check(contact.contractant, person)
    user = User.objects.select_for_update().get(pk=contact.user_id)
    if User.objects.exclude(pk=user.pk).filter(email=_email(person)).exists():
        raise Invalid({"email": _("Dit e-mailadres is al van een medewerker of een contactpersoon.")})
    return _save(contact, user, person, "change_contact", by, at)


@transaction.atomic
def remove_contact(contact: Contact, *, by: User | None, at: datetime) -> Contact:
    """Take somebody off the register (SLA 10.1): no more access; what they reported stays."""
    _may(by)
    contact.is_active = contact.user.is_active = False
    contact.user.save(update_fields=["is_active"])
    contact.save(update_fields=["is_active"])
    _record(contact, "remove_contact", by, at)
    return contact


def _save(contact: Contact, user: User, person: Person, verb: str, by: User | None, at: datetime) -> Contact:
    user.email, user.name, user.is_active = _email(person), person.name.strip(), True
    if user.pk is None:
        user.set_unusable_password()
    user.save()
    contact.user, contact.is_active = user, True
    contact.role, contact.partnership, contact.phone = person.role, person.partnership, person.phone
    contact.save()
    _record(contact, verb, by, at)
    return contact


def _email(person: Person) -> str:
    return person.email.strip().lower()


def _check(contractant: Contractant, person: Person) -> None:
    of_partnership = person.role == Contact.Role.PARTNERSHIP
    if of_partnership and person.partnership is None:
        raise Invalid({"partnership": _("Kies het samenwerkingsverband waarvoor deze persoon spreekt.")})
    if person.partnership and not contractant.partnerships.filter(pk=person.partnership.pk).exists():
        raise Invalid({"partnership": _("De contractant hoort niet bij dit samenwerkingsverband.")})


def _may(by: User | None) -> None:
    if by is not None and not by.has_perm("contractants.change_contact"):
        raise NotAllowed(_("U heeft geen recht om dit te doen."))


def _record(contact: Contact, verb: str, by: User | None, at: datetime) -> None:
    Event.objects.create(
        case_type="contractant", case_id=contact.contractant_id, verb=verb, at=at, actor=by,
        data={"contact": contact.pk, "role": contact.role},
    )  # fmt: skip
