"""A person's own page: which mail they want."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

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
    shell = "base.html" if user.is_staff else "base_portal.html"
    context = {"form": form, "shell": shell, "rejected": user.mail_rejected_at is not None}
    return render(request, "account/notices.html", context, status=422 if form.errors else 200)
