"""The trail of NEN 7513: who did or saw what, of whom, and the chain that shows that nobody changed it since."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.permissions import Role

ANYBODY = "visitor"  # the role of who did not sign in
DESK = "desk"  # the role of the desk itself


class Result(models.TextChoices):
    DONE = "done", _("gelukt")
    REFUSED = "refused", _("geweigerd")
    FAILED = "failed", _("mislukt")


class Mode(models.TextChoices):
    """What somebody gained or did by it."""

    READ = "read", _("inzien")
    EXPORT = "export", _("meenemen")  # it left the desk as a file
    WRITE = "write", _("wijzigen")
    ACCESS = "access", _("toegang")  # signing in and out


class Door(models.TextChoices):
    """By which way the desk was entered."""

    PAGE = "page", _("scherm")
    ADMIN = "admin", _("beheer")
    API = "api", _("API")
    MAIL = "mail", _("e-mail")
    TASK = "task", _("achtergrondtaak")
    COMMAND = "command", _("opdracht")


class AuditRecord(models.Model):
    """One act of somebody, or one look at something. Written by `desk.audit.log` alone; the database refuses to
    change or remove it.

    Facts and slugs, no words of people and no names: `act` is a verb of the trail of a case, or the name of an
    address. `user` is found by id while it exists; `role` and `organisation` (the id of a contractant; None is our
    own) are as they were at the time. `kind` and `number` say what it was about and `contractant` whose data that
    is. `count` is how many rows a list held. `address` is that of the network, after our own proxies.
    """

    at = models.DateTimeField(_("tijdstip"))
    act = models.CharField(_("handeling"), max_length=80)
    mode = models.CharField(_("aard"), max_length=10, choices=Mode.choices)
    result = models.CharField(_("uitkomst"), max_length=10, choices=Result.choices)
    why = models.CharField(_("doel"), max_length=60, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("door"),
    )
    role = models.CharField(_("rol"), max_length=30)
    organisation = models.BigIntegerField(_("namens"), null=True)
    kind = models.CharField(_("soort"), max_length=40, blank=True)
    number = models.CharField(_("nummer"), max_length=100, blank=True)
    contractant = models.BigIntegerField(_("contractant"), null=True)
    count = models.PositiveIntegerField(_("aantal"), null=True)
    door = models.CharField(_("ingang"), max_length=10, choices=Door.choices)
    address = models.GenericIPAddressField(_("adres"), null=True)
    session = models.CharField(_("sessie"), max_length=16, blank=True)
    token = models.CharField(_("sleutel"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("regel in het logboek")
        verbose_name_plural = _("logboek")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["user", "-id"], name="audit_of_user"),
            models.Index(fields=["number", "-id"], name="audit_of_number"),
            models.Index(fields=["contractant", "-id"], name="audit_of_contractant"),
            models.Index(fields=["act", "-id"], name="audit_of_act"),
            models.Index(fields=["-id"], name="audit_not_done", condition=~models.Q(result="done")),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.act} {self.number}".strip()

    @property
    def role_label(self) -> Any:
        own = {ANYBODY: _("Bezoeker"), DESK: _("MDO Desk")}
        return own.get(self.role) or dict(Role.choices).get(self.role, self.role)


class AuditLink(models.Model):
    """The place of one record in the chain. `digest` is the sha256 of what the record says; `hash` that of the
    sequence, `previous` and `digest`; all in hex. Sequences have no gaps."""

    sequence = models.BigIntegerField(primary_key=True)
    record = models.OneToOneField(
        AuditRecord, models.DO_NOTHING, db_constraint=False, related_name="link", verbose_name=_("regel")
    )
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.sequence}: {self.hash}"


class AuditPending(models.Model):
    """A record that has no place in the chain yet; a trigger writes these, `desk.audit.chain` takes them away."""

    record = models.OneToOneField(
        AuditRecord, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )

    def __str__(self) -> str:
        return str(self.record_id)


class AuditCheck(models.Model):
    """The outcome of one verification of the whole trail: up to which place, the hash there, and what was found."""

    at = models.DateTimeField(_("begonnen"))
    checked = models.BigIntegerField(_("nagekeken"))
    sequence = models.BigIntegerField(_("tot en met"))
    hash = models.CharField(max_length=64, blank=True)
    found = models.PositiveIntegerField(_("gevonden"))
    findings = models.JSONField(default=list)

    class Meta:
        verbose_name = _("controle van het logboek")
        verbose_name_plural = _("controles van het logboek")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.found}"
