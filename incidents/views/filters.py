"""Keeping a choice that was made in the worklist under a name, and forgetting it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk.door import Invalid, NotAllowed
from incidents import actions
from incidents.forms_worklist import KeepFilter, Narrowing
from incidents.models import SavedFilter
from incidents.views.shell import DeskRequest, staff_only
from incidents.views.worklist import address_of, kept_of


@staff_only
@require_POST
def keep(request: DeskRequest) -> HttpResponse:
    form, narrowed = KeepFilter(request.POST), kept_of(Narrowing(request.POST).chosen())
    try:
        if not form.is_valid():
            raise Invalid({name: str(texts[0]) for name, texts in form.errors.items()})
        kept = actions.keep_filter(request.user, narrowed=narrowed, **form.cleaned_data)
    except Invalid as wrong:
        messages.error(request, _("De keuze is niet bewaard. %(wrong)s") % {"wrong": wrong})
        return redirect(reverse("incidents:worklist"))
    messages.success(request, _("“%(name)s” staat nu bij de weergaven.") % {"name": kept.name})
    return redirect(address_of(kept))


@staff_only
@require_POST
def drop(request: DeskRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(SavedFilter.objects.visible_to(request.user), pk=pk)
    try:
        actions.drop_filter(kept, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    messages.success(request, _("“%(name)s” is verwijderd.") % {"name": kept.name})
    return redirect("incidents:worklist")
