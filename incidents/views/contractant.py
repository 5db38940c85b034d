"""The contractant's portal: the Meldingen of one's own organisation, and what one can do about them.

A contact sees those of its own contractant; so does the contact of a partnership, because its members are
controllers of their own (docs/readings.md). Staff have pages of their own and are sent there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contractants.models import Contact, Service
from desk import door
from desk.door import Invalid, NotNow, Refused
from desk.models import IdempotentRequest, User
from desk.permissions import Role
from incidents import actions, portal, queries
from incidents.actions.ending import under_way
from incidents.expectation import answered
from incidents.forms_contractant import EscalateForm, EscalationWords, ReopenForm, ReplyForm, ReportForm
from incidents.models import Melding, StructuralFailure
from incidents.views.cases import STATUS
from incidents.views.public import asked_about

PAGE = 25


def for_contacts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @login_required(login_url="account_request_login_code")
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        assert isinstance(request.user, User)
        if request.user.role != Role.CONTACT:
            return (
                redirect("incidents:melding", kwargs["number"])
                if "number" in kwargs
                else redirect("incidents:worklist")
            )
        return view(request, request.user.contact, **kwargs)

    return guarded


@require_safe
@for_contacts
def meldingen(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Open ones first, then the newest; or what one searched for."""
    query, page = request.GET.get("q", "").strip(), _page(request)
    found = (
        queries.search(contact.user, query) if query
        else Melding.objects.visible_to(contact.user).select_related(*queries.ROW).order_by("-is_open", "-received_at", "-id")
    )  # fmt: skip
    some = list(found[(page - 1) * PAGE : page * PAGE + 1])
    return render(request, "portal/meldingen.html", {
        "nav": "meldingen", "contact": contact, "query": query, "unreachable": portal.unreachable(contact),
        "failures": structural_failures(contact.user), "rows": [portal.row(melding) for melding in some[:PAGE]],
        "previous_url": _at_page(query, page - 1) if page > 1 else "", "next_url": _at_page(query, page + 1) if len(some) > PAGE else "",
    })  # fmt: skip


def structural_failures(user: User) -> int:
    """How many the contractant can see, which is none for whoever is not its hoofdcontactpersoon (art. 2.12)."""
    rows: Any = StructuralFailure.objects.all()
    return int(rows.visible_to(user).count())


def _page(request: HttpRequest) -> int:
    text = request.GET.get("p", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _at_page(query: str, page: int) -> str:
    return "?" + urlencode({"q": query, "p": page} if query else {"p": page})


@for_contacts
def new(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Report something; no e-mail needs confirming, for we know who it is."""
    services = Service.objects.filter(contracts__contractant=contact.contractant, is_active=True).distinct()
    form = ReportForm(request.POST or None, request.FILES or None, services=services)
    if request.method == "POST" and form.is_valid():
        try:
            melding = _register(form, contact)
        except Invalid as wrong:
            form.refuse(wrong.errors)
        else:
            messages.success(
                request, _("Uw melding is ontvangen. Het nummer is %(number)s.") % {"number": melding.number}
            )
            return redirect("incidents:portal_melding", melding.number)
    context = {"form": form, "nav": "new", "contact": contact, **asked_about(form, contact.contractant)}
    return render(request, "portal/new.html", context, status=422 if form.errors else 200)


def _register(form: ReportForm, contact: Contact) -> Melding:
    """The new Melding, or the one that this very form made when it was sent before."""
    given, now = form.cleaned_data, timezone.now()
    report = answered(form.report(contact=contact, contractant=contact.contractant), now)
    key = f"portal-{given['client_key'] or uuid4()}"
    with transaction.atomic():
        once, is_new = IdempotentRequest.objects.get_or_create(
            user=contact.user, key=key, defaults={"fingerprint": "", "body": {}}
        )
        if not is_new:
            return queries.get(contact.user, dict(once.body or {})["number"])
        melding = actions.register(report, by=contact.user, at=now, files=given["files"])
        once.body = {"number": melding.number}
        once.save(update_fields=["body"])
    return melding


@require_safe
@for_contacts
def melding(request: HttpRequest, contact: Contact, number: str) -> HttpResponse:
    return _page_of(request, _find(contact, number), contact)


@require_POST
@for_contacts
def act(request: HttpRequest, contact: Contact, number: str, verb: str) -> HttpResponse:
    """Reply, accept the solution, reopen, or escalate and follow that up. A refusal shows the page with why, and what was typed."""
    found = _find(contact, number)
    doing = ACTS.get(verb)
    if doing is None:
        raise Http404
    form_class, do, done = doing
    form = _form(verb, request.POST, request.FILES) if form_class else None
    if form is not None and not form.is_valid():
        return _page_of(request, found, contact, status=422, **{verb: form})
    try:
        do(found, contact.user, form.cleaned_data if form else {}, _version(request))
    except Refused as refusal:
        return _refused(request, contact, number, verb, form, refusal)
    messages.success(request, done())
    return redirect("incidents:portal_melding", number)


def _refused(
    request: HttpRequest, contact: Contact, number: str, verb: str, form: Any, refusal: Refused
) -> HttpResponse:
    if isinstance(refusal, Invalid) and form is not None:
        form.refuse(refusal.errors)
    else:
        messages.error(request, str(refusal))
    return _page_of(
        request,
        _find(contact, number),
        contact,
        status=STATUS[type(refusal)],
        **({verb: form} if form else {}),
    )


def _reply(found: Melding, by: User, given: dict[str, Any], version: int | None) -> None:
    actions.reply(
        found, by=by, at=timezone.now(), body=given["body"], files=given["files"], channel="portal",
        images_masked=given["images_masked"], client_key=given["client_key"],
    )  # fmt: skip


def _reopen(found: Melding, by: User, given: dict[str, Any], version: int | None) -> None:
    actions.reopen(found, by=by, at=timezone.now(), reason=given["reason"], version=version)


def _accept(found: Melding, by: User, given: dict[str, Any], version: int | None) -> None:
    actions.accept(found, by=by, at=timezone.now(), version=version)


def _escalate(found: Melding, by: User, given: dict[str, Any], version: int | None) -> None:
    actions.escalate(found, by=by, at=timezone.now(), version=version, **given)


def _on_escalation(verb: str) -> Callable[..., None]:
    """A step of the escalation that is under way; `version` is that of the escalation."""

    def do(found: Melding, by: User, given: dict[str, Any], version: int | None) -> None:
        escalation = under_way(found)
        if escalation is None:
            raise NotNow(_("Dit kan niet meer in de huidige status."))
        getattr(actions, verb)(escalation, by=by, at=timezone.now(), version=version, **given)

    return do


ACTS: dict[str, tuple[Any, Callable[..., None], Callable[[], str]]] = {
    "reply": (ReplyForm, _reply, lambda: _("Uw reactie is verstuurd.")),
    "reopen": (ReopenForm, _reopen, lambda: _("De melding is heropend.")),
    "accept": (None, _accept, lambda: _("Dank u. De melding is gesloten.")),
    "escalate": (EscalateForm, _escalate, lambda: _("Uw melding is geëscaleerd.")),
    "dispute": (
        EscalationWords,
        _on_escalation("dispute"),
        lambda: _("De escalatie ligt nu een echelon hoger."),
    ),
    "accept_answer": (
        None,
        _on_escalation("accept_answer"),
        lambda: _("Dank u. De escalatie is afgesloten."),
    ),
    "withdraw": (EscalationWords, _on_escalation("withdraw"), lambda: _("De escalatie is ingetrokken.")),
}


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _find(contact: Contact, number: str) -> Melding:
    try:
        return queries.get(contact.user, number)
    except Melding.DoesNotExist:
        raise Http404 from None


def _page_of(
    request: HttpRequest, found: Melding, contact: Contact, status: int = 200, **forms: Any
) -> HttpResponse:
    """The page of a Melding, with the forms that its contact may use now, or those that were refused."""
    running = under_way(found)
    may = {step.name for step in door.permitted(found, contact.user)}
    may |= {step.name for step in door.permitted(running, contact.user)} if running else set()
    offered = {verb: _form(verb) if verb in may else None for verb, (asks, *_rest) in ACTS.items() if asks}
    context = {
        **portal.page(found, contact.user, timezone.now()), **offered, **forms, "nav": "meldingen",
        "accept": "accept" in may, "accept_answer": "accept_answer" in may, "under_way": running, "version": found.version, "refused": next(iter(forms), ""),
    }  # fmt: skip
    return render(request, "portal/melding.html", context, status=status)


def _form(verb: str, *given: Any) -> Any:
    """The form of `verb`; its own ids, because several stand on one page."""
    return ACTS[verb][0](*given, auto_id=f"{verb}_%s")
