"""Who is served: contractants and their partnerships, their contacts, and the Diensten they use."""

from __future__ import annotations

import os
import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models import Traced, User
from desk.permissions import SEES_ALL


class Partnership(models.Model):
    """Samenwerkingsverband: zorgaanbieders that hold their MDO together (art. 1.17)."""

    name = models.CharField(_("naam"), max_length=120, unique=True)
    region = models.CharField(_("regio"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("samenwerkingsverband")
        verbose_name_plural = _("samenwerkingsverbanden")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ContractantQuerySet(models.QuerySet["Contractant"]):
    def visible_to(self, user: User) -> ContractantQuerySet:
        """All of them for staff and machines, its own for a contact, none for others."""
        if user.is_active and user.role in SEES_ALL:
            return self
        return self.filter(contacts__user=user, contacts__is_active=True, contacts__user__is_active=True)


class Contractant(Traced):
    """The party of the Aansluitovereenkomst (SLA 2.6)."""

    case_type = "contractant"
    whose = "pk"
    other_words: ClassVar = {
        "register_contact": _("Contactpersoon registreren"), "change_contact": _("Contactpersoon wijzigen"),
        "remove_contact": _("Contactpersoon afmelden"), "restore_contact": _("Contactpersoon weer opnemen"),
        "use_release": _("Release in gebruik"),
        "switch_off": _("Contractant op niet actief zetten"), "switch_on": _("Contractant op actief zetten"),
    }  # fmt: skip

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("naam"), max_length=120, unique=True)
    city = models.CharField(_("plaats"), max_length=80, blank=True)
    partnerships = models.ManyToManyField(
        Partnership, blank=True, related_name="contractants", verbose_name=_("samenwerkingsverbanden")
    )
    is_active = models.BooleanField(_("actief"), default=True)

    objects: ClassVar[models.Manager[Contractant]] = ContractantQuerySet.as_manager()

    class Meta:
        verbose_name = _("contractant")
        verbose_name_plural = _("contractanten")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> ContactQuerySet:
        """Everyone for staff, colleagues of the same contractant for a contact."""
        if user.is_active and user.role in SEES_ALL:
            return self
        return self.filter(contractant__in=Contractant.objects.all().visible_to(user))


class Contact(models.Model):
    """A registered person at a contractant (SLA 10.1), who may speak for a Samenwerkingsverband (art. 3.2). Name and e-mail address are those of the user."""

    whose = "contractant_id"
    in_address = ("contact_id",)

    class Role(models.TextChoices):
        CONTACT = "contact", _("contactpersoon")
        MAIN = "main_contact", _("hoofdcontactpersoon")
        PARTNERSHIP = "partnership_contact", _("contactpersoon samenwerkingsverband")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="contact", verbose_name=_("gebruiker")
    )
    contractant = models.ForeignKey(
        Contractant, models.PROTECT, related_name="contacts", verbose_name=_("contractant")
    )
    role = models.CharField(_("rol"), max_length=30, choices=Role.choices, default=Role.CONTACT)
    partnership = models.ForeignKey(
        Partnership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("samenwerkingsverband"),
    )
    phone = models.CharField(_("telefoon"), max_length=30, blank=True)
    is_active = models.BooleanField(_("actief"), default=True)

    objects: ClassVar[models.Manager[Contact]] = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contactpersoon")
        verbose_name_plural = _("contactpersonen")
        ordering = ("user__name",)

    def __str__(self) -> str:
        return str(self.user)


class IdentityProvider(models.Model):
    """The contractant's own sign-in (OpenID Connect). It lets in registered contacts of that contractant alone, by
    an e-mail address that the provider says it has verified; it makes nobody known. The secret is in the environment."""

    contractant = models.OneToOneField(
        Contractant, models.CASCADE, related_name="identity_provider", verbose_name=_("contractant")
    )
    issuer = models.URLField(
        _("uitgever (issuer)"), help_text=_("Het adres waaronder /.well-known/openid-configuration staat.")
    )
    client_id = models.CharField(_("client-id"), max_length=200)
    secret_variable = models.CharField(
        _("omgevingsvariabele met het geheim"), max_length=80, validators=[RegexValidator(r"^OIDC_[A-Z0-9_]+\Z")],
        help_text=_("De naam begint met OIDC_. Het geheim zelf staat alleen in de omgeving van de desk."),
    )  # fmt: skip
    is_active = models.BooleanField(_("actief"), default=True)

    class Meta:
        verbose_name = _("eigen aanmelding van een contractant")
        verbose_name_plural = _("eigen aanmelding van contractanten")

    def __str__(self) -> str:
        return str(self.contractant)

    @property
    def secret(self) -> str:
        """Empty where the environment has none."""
        return os.environ.get(self.secret_variable, "")


class Service(models.Model):
    """Dienst: what is supported, such as the Dienst MDO, a Koppeling or the platform below it."""

    class Kind(models.TextChoices):
        SERVICE = "service", _("dienst")
        LINK = "link", _("koppeling")
        PLATFORM = "platform", _("platform")

    slug = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("naam"), max_length=120, unique=True)
    kind = models.CharField(_("soort"), max_length=20, choices=Kind.choices, default=Kind.SERVICE)
    is_active = models.BooleanField(_("actief"), default=True)

    class Meta:
        verbose_name = _("dienst")
        verbose_name_plural = _("diensten")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ServiceMatch(models.Model):
    """Which Dienst a monitoring event is about: its component or source, as the monitoring writes it."""

    class Field(models.TextChoices):
        COMPONENT = "component", _("component")
        SOURCE = "source", _("bron")

    field = models.CharField(_("veld"), max_length=20, choices=Field.choices, default=Field.COMPONENT)
    value = models.CharField(_("waarde"), max_length=255)
    service = models.ForeignKey(Service, models.CASCADE, related_name="matches", verbose_name=_("dienst"))

    class Meta:
        verbose_name = _("herkenning van een dienst")
        verbose_name_plural = _("herkenning van diensten")
        constraints = [models.UniqueConstraint(fields=["field", "value"], name="one_service_per_value")]

    def __str__(self) -> str:
        return f"{self.field} {self.value} → {self.service}"
