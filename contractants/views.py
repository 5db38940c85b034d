"""The portal's pages about the contractant's own people: every contact sees them, a hoofdcontactpersoon keeps them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contractants import actions
from contractants.actions import Person
from contractants.forms import ColleagueForm
from contractants.models import Contact
from desk import audit, rates
from desk.door import Refused
from desk.permissions import Role

NAV = "portal_contacts"
MOST = 60  # people that one hoofdcontactpersoon registers or changes in an hour


def for_contacts(
    *, main: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """The view gets who asks; `main`: hoofdcontactpersonen alone."""

    def decorated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @never_cache
        @login_required(login_url="account_request_login_code")
        @wraps(view)
        def guarded(request: Any, **kwargs: Any) -> HttpResponse:
            if request.user.role != Role.CONTACT:
                raise PermissionDenied
            mine: Contact = request.user.contact
            if main and mine.role != Contact.Role.MAIN:
                raise PermissionDenied
            return view(request, mine, **kwargs)

        return guarded

    return decorated


@require_safe
@for_contacts()
def contacts(request: HttpRequest, mine: Contact) -> HttpResponse:
    rows = (
        Contact.objects.visible_to(mine.user)
        .filter(is_active=True, user__is_active=True)
        .select_related("user", "partnership")
    )
    context = {"nav": NAV, "rows": rows, "mine": mine, "manages": mine.role == Contact.Role.MAIN}
    return render(request, "portal/contacts.html", context)


@for_contacts(main=True)
def new(request: HttpRequest, mine: Contact) -> HttpResponse:
    return _filled_in(request, ColleagueForm(request.POST or None), None, mine)


@for_contacts(main=True)
def change(request: HttpRequest, mine: Contact, contact_id: int) -> HttpResponse:
    contact = _colleague(mine, contact_id)
    return _filled_in(request, ColleagueForm(request.POST or None, contact=contact), contact, mine)


@require_POST
@for_contacts(main=True)
def remove(request: HttpRequest, mine: Contact, contact_id: int) -> HttpResponse:
    contact = _colleague(mine, contact_id)
    done = _("%(contact)s is afgemeld en heeft geen toegang meer.") % {"contact": contact}
    return _acted(
        request,
        contact,
        "remove_contact",
        lambda: actions.remove_contact(contact, by=mine.user, at=timezone.now()),
        done,
    )


@require_POST
@for_contacts(main=True)
def pass_on(request: HttpRequest, mine: Contact, contact_id: int) -> HttpResponse:
    contact = _colleague(mine, contact_id)
    done = _("%(contact)s is nu hoofdcontactpersoon in uw plaats.") % {"contact": contact}
    return _acted(
        request, contact, "pass_on", lambda: actions.pass_on(contact, by=mine.user, at=timezone.now()), done
    )


def _colleague(mine: Contact, pk: int) -> Contact:
    rows = Contact.objects.visible_to(mine.user).filter(is_active=True)
    return get_object_or_404(rows.select_related("user", "contractant", "partnership"), pk=pk)


def _filled_in(
    request: HttpRequest, form: ColleagueForm, contact: Contact | None, mine: Contact
) -> HttpResponse:
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            _save(form.person(), contact, mine, timezone.now())
        except Refused as refusal:
            form.refuse(refusal)
            status = 429 if isinstance(refusal, TooMany) else 422
        else:
            messages.success(request, _("De gegevens zijn bewaard."))
            return redirect("contractants:contacts")
    context = {"nav": NAV, "form": form, "contact": contact, "mine": mine}
    return render(
        request, "portal/contact.html", context, status=422 if form.errors and status == 200 else status
    )


class TooMany(Refused):
    """More people in an hour than anybody registers."""

    code = "too_many"


def _save(person: Person, contact: Contact | None, mine: Contact, at: datetime) -> None:
    """Each answer says whether an address is free to use, so that few may be tried and a refusal is recorded."""
    try:
        if not rates.within("colleague", at, {f"user {mine.user_id}": MOST}):
            raise TooMany(
                _("U hebt het afgelopen uur veel contactpersonen ingevuld. Probeer het over een uur opnieuw.")
            )
        if contact is None:
            actions.register_contact(mine.contractant, person, by=mine.user, at=at)
        else:
            actions.change_contact(contact, person, by=mine.user, at=at)
    except Refused as refusal:
        act = "change_contact" if contact else "register_contact"
        audit.refused(act, by=mine.user, at=at, obj=contact or mine.contractant, why=refusal.code)
        raise


def _acted(request: Any, contact: Contact, act: str, do: Callable[[], Contact], done: str) -> HttpResponse:
    """Do it, or say why not; a refusal stands in the trail as `act`."""
    try:
        do()
    except Refused as refusal:
        audit.refused(act, by=request.user, at=timezone.now(), obj=contact, why=refusal.code)
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("contractants:contacts")
