"""What an administrator decides about alarms: how grave they are, which belong together, and what may not fall silent."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contractants.models import Service
from domain import labels
from incidents.models.melding import Melding


def refuse_password(address: str, field: str) -> None:
    """What somebody types in Beheer is stored and shown as it is; a password belongs at a proxy before `address`."""
    parts = urlsplit(address)
    if parts.username or parts.password:
        text = gettext("Zet geen naam of wachtwoord in het adres: het wordt leesbaar opgeslagen.")
        raise ValidationError({field: text})


PRIORITIES = [(n, f"P{n}") for n in range(1, 5)]


class Watchdog(models.Model):
    """A sign of life that a monitoring system gives all the time; when it stops, nobody is watching.

    `counts_from` is the last beat, or the moment from which the desk itself was there again to hear one.
    """

    name = models.SlugField(_("naam"), max_length=60, unique=True)
    source = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bron"),
        help_text=_("Alleen deze bron mag de hartslag geven. Leeg: elke bron."),
    )  # fmt: skip
    every_minutes = models.PositiveIntegerField(
        _("minstens elke (minuten)"), default=5, validators=[MinValueValidator(1)]
    )
    priority = models.PositiveSmallIntegerField(_("prioriteit"), choices=PRIORITIES, default=1)
    service = models.ForeignKey(
        Service, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("dienst")
    )
    is_active = models.BooleanField(_("actief"), default=True)
    last_beat_at = models.DateTimeField(_("laatste hartslag"), null=True, blank=True, editable=False)
    counts_from = models.DateTimeField(_("telt vanaf"), default=timezone.now, editable=False)
    silent_since = models.DateTimeField(_("stil sinds"), null=True, blank=True, editable=False)
    melding = models.ForeignKey(
        Melding, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("melding")
    )  # fmt: skip

    class Meta:
        verbose_name = _("hartslag")
        verbose_name_plural = _("hartslagen")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class AlertRule(models.Model):
    """What becomes of the alarms that it matches; of all that do, the first decides.

    It gives them a priority, or takes them for a heartbeat; with neither they are kept and make no Melding.
    """

    order = models.PositiveSmallIntegerField(_("volgorde"), default=100)
    name = models.CharField(_("naam"), max_length=80)
    source = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("bron"),
        help_text=_("Leeg: elke bron."),
    )  # fmt: skip
    matchers = models.TextField(
        _("geldt voor"), blank=True,
        help_text=_("Eén per regel: label=waarde. | is “of”, * is elke tekst, != is “niet”. Leeg: elk alarm."),
    )  # fmt: skip
    priority = models.PositiveSmallIntegerField(
        _("prioriteit"), choices=PRIORITIES, null=True, blank=True,
        help_text=_("Leeg: het alarm wordt bewaard, maar maakt geen melding."),
    )  # fmt: skip
    service = models.ForeignKey(
        Service, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("dienst"),
        help_text=_("Leeg: de Dienst volgt uit de herkenning op component of bron."),
    )  # fmt: skip
    watchdog = models.ForeignKey(
        Watchdog, models.SET_NULL, null=True, blank=True, related_name="rules", verbose_name=_("is hartslag van"),
        help_text=_("Een alarm dat altijd hoort af te gaan: zolang het komt, leeft de monitoring."),
    )  # fmt: skip
    group_by = models.CharField(
        _("groeperen op"), max_length=200, blank=True,
        help_text=_("Namen van labels, met spaties ertussen. Alarmen met gelijke waarden zijn samen één incident."),
    )  # fmt: skip
    window_minutes = models.PositiveIntegerField(
        _("groep blijft open (minuten)"), default=60,
        help_text=_("Zo lang na het laatste nieuwe alarm komt een volgend alarm er nog bij."),
    )  # fmt: skip
    flap_minutes = models.PositiveIntegerField(
        _("zelfde storing binnen (minuten)"), default=15,
        help_text=_("Zo lang na herstel is een alarm dat weer afgaat hetzelfde incident; daarna een vervolg."),
    )  # fmt: skip
    is_active = models.BooleanField(_("actief"), default=True)

    class Meta:
        verbose_name = _("regel voor alarmen")
        verbose_name_plural = _("regels voor alarmen")
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            labels.parse(self.matchers)
        except ValueError as wrong:
            text = gettext("Dit is geen label=waarde: %(line)s") % {"line": wrong}
            raise ValidationError({"matchers": text}) from wrong

    @property
    def makes_melding(self) -> bool:
        return self.priority is not None and self.watchdog_id is None

    def matches(self, source_id: int, given: Mapping[str, str]) -> bool:
        mine = self.source_id in (None, source_id)
        return mine and all(matcher.holds(given) for matcher in labels.parse(self.matchers))


class AlertSource(models.Model):
    """A monitoring system as the desk knows it; made at its first delivery.

    Locking its row is what makes deliveries of one source wait for each other. `recent` holds the moments at
    which its newest Incidents were due, as many as make a storm.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="alert_source", verbose_name=_("bron")
    )
    storm_after = models.PositiveSmallIntegerField(
        _("storm na (incidenten)"), default=20, validators=[MinValueValidator(1)],
        help_text=_("Zoveel nieuwe incidenten maken een storm; wat dan nog komt, is samen één incident."),
    )  # fmt: skip
    storm_minutes = models.PositiveIntegerField(
        _("binnen (minuten)"), default=10, validators=[MinValueValidator(1)]
    )
    alertmanagers = models.TextField(
        _("adressen van Alertmanager"), blank=True,
        help_text=_("Eén per regel, zoals http://alertmanager:9093. Daar vraagt de desk elke minuut wat er afgaat."),
    )  # fmt: skip
    receiver = models.CharField(
        _("ontvanger in Alertmanager"), max_length=120, blank=True, default="mdo-desk",
        help_text=_("Alleen wat Alertmanager naar deze ontvanger stuurt, wordt een melding. Leeg: alles."),
    )  # fmt: skip
    asked_at = models.DateTimeField(_("laatst gevraagd"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(_("laatst geantwoord"), null=True, blank=True, editable=False)
    error = models.CharField(_("fout"), max_length=300, blank=True, editable=False)
    recent = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = _("bron van alarmen")
        verbose_name_plural = _("bronnen van alarmen")

    def __str__(self) -> str:
        return str(self.user)

    def clean(self) -> None:
        for address in self.alertmanagers.split():
            parts = urlsplit(address)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                text = gettext("Dit is geen http(s)-adres: %(address)s") % {"address": address}
                raise ValidationError({"alertmanagers": text})
            refuse_password(address, "alertmanagers")
