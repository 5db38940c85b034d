"""What went wrong with a webhook, in words for administrators; stored are the codes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ERRORS = {
    "no valid address": _("Dit is geen geldig adres."),
    "not https": _("Het adres begint niet met https://."),
    "unknown host": _("Deze naam is niet bekend op het internet."),
    "not a public address": _("Dit adres ligt niet op het openbare internet."),
    "no address": _("Bij deze naam hoort geen adres."),
    "no answer in time": _("Er kwam niet op tijd een antwoord."),
    "no valid certificate": _("De ontvanger heeft geen geldig certificaat."),
    "refused": _("De ontvanger weigerde de verbinding."),
    "connection broke": _("De verbinding viel weg."),
}
DISABLED = {
    "gone": _("De ontvanger antwoordde dat het adres niet meer bestaat (410)."),
    "failing": _("Er kwam al dagen geen enkel bericht aan."),
}
