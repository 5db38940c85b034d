"""For whoever has not signed in: the start page, reporting something, and confirming it by mail."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contractants.models import Contact, Contractant, Service
from desk import rates
from desk.door import Invalid, NotNow
from desk.models import User
from desk.permissions import Role
from incidents import actions
from incidents.actions import web_report
from incidents.expectation import answered, expect, matrix
from incidents.forms_contractant import PublicReportForm
from incidents.models import Channel, Kind, Level, Urgency, WebReport
from sla.queries import policy_version_for

# In an hour. A hospital may sit behind one address; nobody reports ten things with one mailbox by hand.
MOST_FROM_ADDRESS, MOST_FROM_MAILBOX = 60, 10
SESSION_KEY = "reported"


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    version = policy_version_for(None, None, timezone.now())
    return render(request, "public/start.html", {"phone_lines": version.phone_lines})


def report(request: HttpRequest) -> HttpResponse:
    """The form. A contact who is signed in has a shorter one in the portal."""
    if isinstance(request.user, User) and request.user.role == Role.CONTACT:
        return redirect("incidents:portal_new")
    services = Service.objects.filter(is_active=True)
    form = PublicReportForm(request.POST or None, request.FILES or None, services=services)
    if request.method != "POST":
        return _form_page(request, form, 200)
    if form.is_trap_sprung:
        return redirect("incidents:report_sent")
    # Looking at files is work, so it is counted before it is done.
    if request.FILES and not rates.within(
        "report files", timezone.now(), {_address(request): MOST_FROM_ADDRESS}
    ):
        return _too_many(request, PublicReportForm(request.POST, services=services))
    if not form.is_valid():
        return _form_page(request, form, 422)
    return _submit(request, form)


def _submit(request: HttpRequest, form: PublicReportForm) -> HttpResponse:
    now, given = timezone.now(), form.public_report()
    limits = {_address(request): MOST_FROM_ADDRESS, given.reporter_email.lower(): MOST_FROM_MAILBOX}
    if not rates.within("report", now, limits):
        return _too_many(request, form)
    given = answered(given, now)
    try:
        actions.submit(
            given, at=now, files=form.cleaned_data["files"], client_key=form.cleaned_data["client_key"]
        )
    except Invalid as wrong:
        form.refuse(wrong.errors)
        return _form_page(request, form, 422)
    request.session[SESSION_KEY] = {"email": given.reporter_email, "call": expect(given, now).call}
    return redirect("incidents:report_sent")


def _address(request: HttpRequest) -> str:
    return str(get_adapter().get_client_ip(request))


def _too_many(request: HttpRequest, form: PublicReportForm) -> HttpResponse:
    form.is_valid()  # only a form that was judged can be refused
    form.refuse({"": _("Er zijn het afgelopen uur veel meldingen verstuurd vanaf uw adres. Wat u invulde staat er nog;"
                       " probeer het over een uur opnieuw, of bel ons als het niet kan wachten.")})  # fmt: skip
    return _form_page(request, form, 429)


def _form_page(request: HttpRequest, form: PublicReportForm, status: int) -> HttpResponse:
    return render(
        request,
        "public/report.html",
        {"form": form, "nav": "report", **asked_about(form, None)},
        status=status,
    )


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The same for everybody, whether we know the address or not."""
    now = timezone.now()
    context = {
        "phone_lines": policy_version_for(None, None, now).phone_lines,
        "valid_for": web_report.VALID_FOR,
    }
    return render(request, "public/sent.html", {**context, **request.session.get(SESSION_KEY, {})})


@require_safe
def priority(request: HttpRequest) -> HttpResponse:
    """What follows from the answers so far, as a fragment beside the questions."""
    contact = contact_of(request)
    return render(
        request, "public/_expected.html", expected_from(request.GET, contact.contractant if contact else None)
    )


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Looking confirms nothing, because mail scanners look; the button does. A second time shows the outcome."""
    now, found = timezone.now(), web_report.find(token)
    if found is None:
        response = render(request, "public/unknown_link.html", status=404)
    elif request.method == "POST" or found.melding is not None:
        response = _confirmed(request, found)
    else:
        expired = now > found.expires_at
        response = render(request, "public/confirm.html", {**_preview(found), "expired": expired})
    # Never "no-referrer": a browser then sends the form with `Origin: null`, which Django refuses.
    response["Referrer-Policy"] = "same-origin"
    return response


def _confirmed(request: HttpRequest, found: WebReport) -> HttpResponse:
    try:
        melding = actions.confirm(found, by=None, at=timezone.now())
    except NotNow:
        return render(request, "public/confirm.html", {**_preview(found), "expired": True}, status=410)
    return render(
        request,
        "public/confirmed.html",
        {"melding": melding, "phone_lines": melding.policy_version.phone_lines},
    )


def _preview(found: WebReport) -> dict[str, Any]:
    version = policy_version_for(None, None, found.submitted_at)
    return {
        "report": found, "files": found.files.all(), "kind": Kind(found.data["kind"]).label,
        "phone_lines": version.phone_lines,
    }  # fmt: skip


# --- What the form explains while it is filled in; the portal's form explains the same


def asked_about(form: Any, contractant: Contractant | None) -> dict[str, Any]:
    """The expected priority for what was filled in, and the matrix that it follows from."""
    version = policy_version_for(contractant, None, timezone.now())
    levels = [(level, level.label) for level in Level]
    rows = [
        {"label": dict(levels)[Level(row["impact"])], "priorities": row["priorities"]}
        for row in matrix(version)
    ]
    return {
        "matrix": rows, "urgencies": [urgency.label for urgency in Urgency], "phone_lines": version.phone_lines,
        **expected_from(form.data, contractant),
    }  # fmt: skip


def expected_from(answers: Any, contractant: Contractant | None) -> dict[str, Any]:
    impact, urgency = answers.get("impact", ""), answers.get("urgency", "")
    breach = bool(answers.get("breach_of_confidentiality"))
    if not breach and (impact not in Level.values or urgency not in Urgency.values):
        return {"expected": None}
    service = Service.objects.filter(pk=_number(answers.get("service"))).first()
    given = actions.Report(
        kind=Kind.INCIDENT, channel=Channel.WEB, subject="", description="", contractant=contractant, service=service,
        impact=impact, urgency=urgency, breach_of_confidentiality=breach,
    )  # fmt: skip
    return {"expected": expect(given, timezone.now()), "breach": breach}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def contact_of(request: HttpRequest) -> Contact | None:
    return getattr(request.user, "contact", None)
