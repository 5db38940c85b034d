"""Addresses of the desk's pages; those of the contractants are in `urls_contractant`."""

from django.urls import include, path, register_converter

from incidents.views import (
    duty,
    escalation,
    filters,
    melding,
    phone,
    presence,
    quarantine,
    staff,
    structural,
    together,
    worklist,
)


class Number:
    """The number of a Melding, such as M26-00864."""

    regex = "M[0-9]{2}-[0-9]{5,12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class EscalationNumber(Number):
    """The number of an escalation, such as E26-00012."""

    regex = "E[0-9]{2}-[0-9]{5,12}"


class FailureNumber(Number):
    """The number of a structural failure, such as S26-00003."""

    regex = "S[0-9]{2}-[0-9]{5,12}"


register_converter(Number, "number")
register_converter(FailureNumber, "failure_number")
register_converter(EscalationNumber, "escalation_number")
app_name = "incidents"
urlpatterns = [
    path("", staff.home, name="home"),
    path("meldingen/", worklist.worklist, name="worklist"),
    path("meldingen/banner/", worklist.banner, name="banner"),
    path("meldingen/keuzes/", filters.keep, name="filter_keep"),
    path("meldingen/keuzes/<int:pk>/weg/", filters.drop, name="filter_drop"),
    path("meldingen/samen/", together.together, name="together"),
    path("meldingen/lijkt-op/", worklist.similar, name="similar"),
    path("meldingen/nieuw/", phone.melding_new, name="melding_new"),
    path("meldingen/nieuw/bellers/", phone.found_callers, name="callers"),
    path("meldingen/nieuw/streeftijden/", phone.promise, name="promise"),
    path("meldingen/onbevestigd/", worklist.web_reports, name="web_reports"),
    path("meldingen/onbevestigd/<int:pk>/", worklist.web_report_accept, name="web_report_accept"),
    path("meldingen/<number:number>/", melding.melding, name="melding"),
    path("meldingen/<number:number>/do/<slug:verb>/", melding.act, name="act"),
    path("meldingen/<number:number>/aanwezig/", presence.look, name="presence"),
    path("escalaties/", escalation.listed, name="escalations"),
    path("escalaties/<escalation_number:escalation>/", escalation.escalation, name="escalation"),
    path("escalaties/<escalation_number:escalation>/do/<slug:verb>/", escalation.act, name="escalation_act"),
    path("structureel/", structural.failures, name="failures"),
    path("structureel/<failure_number:failure>/", structural.failure, name="failure"),
    path("structureel/<failure_number:failure>/do/<slug:verb>/", structural.act, name="failure_act"),
    path("dienst/", duty.duties, name="duties"),
    path("dienst/inplannen/", duty.duties_fill, name="duties_fill"),
    path("dienst/<int:pk>/", duty.duty_change, name="duty_change"),
    path("quarantaine/", quarantine.quarantine, name="quarantine"),
    path("quarantaine/<uuid:held>/", quarantine.held, name="held"),
    path("quarantaine/<uuid:held>/do/<slug:verb>/", quarantine.settle, name="settle_held"),
    path("weghalen/", quarantine.redaction, name="redact"),
    path("zoeken/", worklist.search, name="search"),
    path("", include("incidents.urls_contractant")),
]
