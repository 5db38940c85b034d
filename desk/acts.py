"""What the admin pages of every app share: rows to look at only, and acts as buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from desk.door import Invalid, NotAllowed, Refused
from desk.guard import GuardedModelForm


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """For rows that come about elsewhere, or that have a life of their own: to look at and to search."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Rejecting(admin.SimpleListFilter):
    """Whose mailbox rejects our mail; `user` leads from a row to its user."""

    title, parameter_name, user = gettext_lazy("mailbox"), "mailbox", ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("rejects", gettext_lazy("weigert mail"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return (
            queryset.filter(**{f"{self.user}mail_rejected_at__isnull": False}) if self.value() else queryset
        )


@dataclass(frozen=True)
class Act:
    """A button on the page of one row; `asks` when it first needs words, on a page of its own."""

    name: str
    label: str | Promise
    look: str = ""
    asks: bool = False


class GuardedAdmin(admin.ModelAdmin[Any]):
    """For rows that people fill in: no BSN gets into them either (SLA 9.4)."""

    form: Any = GuardedModelForm


class ActsAdmin(GuardedAdmin):
    """Buttons on the page of one row, each a POST of its own to `<id>/do/<name>/`.

    `acts` says which are offered. `act` does one, and itself refuses with one of `desk.door`'s refusals, so
    that a button which is not there cannot be pressed either. `act_form` is what one asks for.
    """

    change_form_template = "admin/acts.html"

    def acts(self, request: HttpRequest, row: Any) -> list[Act]:
        raise NotImplementedError

    def act(self, request: HttpRequest, row: Any, name: str, given: dict[str, Any]) -> str:
        """Do it with what was `given` to the form; returns what to tell. Raises `Refused` or `Http404`."""
        raise NotImplementedError

    def act_form(self, request: HttpRequest, row: Any, name: str, *data: Any) -> Any:
        """What `name` asks for, filled with `data` if there is any; by default nothing."""
        return forms.Form(*data)

    def act_arguments(self, form: Any) -> dict[str, Any]:
        return dict(form.cleaned_data)

    def get_urls(self) -> list[URLPattern]:
        do = self.admin_site.admin_view(self.act_view)
        return [path("<path:object_id>/do/<slug:name>/", do, name=self._page("do")), *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "",
                    extra_context: dict[str, Any] | None = None) -> HttpResponse:  # fmt: skip
        row = self.get_object(request, object_id)
        acts = [(act, self._url("do", row.pk, act.name)) for act in self.acts(request, row)] if row else []
        context = {**(extra_context or {}), "acts": acts}
        return super().change_view(request, object_id, form_url, context)

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        given = [request.POST, request.FILES] if request.method == "POST" else []
        form = self.act_form(request, row, name, *given)
        if request.method != "POST":
            return self._ask(request, row, name, form) if form.fields else HttpResponseNotAllowed(["POST"])
        if not form.is_valid():
            return self._ask(request, row, name, form, status=422)
        try:
            messages.success(request, self.act(request, row, name, self.act_arguments(form)))
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except Refused as error:
            return self._refused(request, row, name, form, error)
        return HttpResponseRedirect(self._url("change", row.pk))

    def _refused(self, request: HttpRequest, row: Any, name: str, form: Any, error: Refused) -> HttpResponse:
        """Back to the form with all that was typed, or to the page where nothing was asked."""
        if not form.fields:
            messages.error(request, str(error))
            return HttpResponseRedirect(self._url("change", row.pk))
        wrong = error.errors if isinstance(error, Invalid) else {"": str(error)}
        for field, text in wrong.items():
            form.add_error(field if field in form.fields else None, text)
        return self._ask(request, row, name, form, status=422 if isinstance(error, Invalid) else 409)

    def _ask(self, request: HttpRequest, row: Any, name: str, form: Any, status: int = 200) -> HttpResponse:
        label = next((act.label for act in self.acts(request, row) if act.name == name), name)
        shown = {**self.admin_site.each_context(request), "opts": self.opts, "original": row, "form": form,
                 "title": f"{row}: {label}", "label": label, "back": self._url("change", row.pk)}  # fmt: skip
        return render(request, "admin/act.html", shown, status=status)

    def _page(self, kind: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{kind}"

    def _url(self, kind: str, *args: Any) -> str:
        return reverse(f"admin:{self._page(kind)}", args=args)
