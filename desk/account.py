"""A person's own pages: which mail they want, and where they are signed in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from desk import audit
from desk import sessions as signed_in
from desk.models import User
from desk.notices import preferences


class WantedForm(forms.Form):
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Stuur mij meteen een e-mail over"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["groups"].choices = preferences.choices(user)  # type: ignore[attr-defined]


@never_cache
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """Turn off what the contract does not oblige the desk to send."""
    user = request.user
    assert isinstance(user, User)
    form = WantedForm(user=user, initial={"groups": preferences.wanted(user)})
    if request.method == "POST":
        form = WantedForm(request.POST, user=user)
        if form.is_valid():
            preferences.want(user, form.cleaned_data["groups"])
            messages.success(request, _("De keuze is bewaard."))
            return redirect("account_notices")
    context = {"form": form, "shell": _shell(user), "rejected": user.mail_rejected_at is not None}
    return render(request, "account/notices.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in; ends one of those, or all but this one."""
    user, here = request.user, request.session.session_key
    assert isinstance(user, User)
    if request.method == "POST":
        chosen = request.POST.get("end", "")
        ended = signed_in.end(user, handles=None if chosen == "others" else {chosen}, but=here)
        if ended:
            audit.log("end_sessions", by=user, at=timezone.now(), obj=user, mode=audit.Mode.ACCESS)
            messages.success(request, _("Daar is nu niemand meer aangemeld."))
        return redirect("account_sessions")
    rows = [
        {"row": row, "handle": signed_in.handle(row.session_key), "current": row.session_key == here}
        for row in signed_in.of(user, timezone.now())
    ]
    return render(request, "account/sessions.html", {"sessions": rows, "shell": _shell(user)})


def _shell(user: User) -> str:
    return "base.html" if user.is_staff else "base_portal.html"
