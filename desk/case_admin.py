"""A kind of case in Beheer: to look at, with the steps of its life as buttons; never as editable state."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.acts import Act, ActsAdmin, ReadOnlyAdmin
from desk.doors import Doors
from desk.forms import StepForm
from desk.models import User


class CaseKeeper(ActsAdmin, ReadOnlyAdmin):
    """Give `doors`, `list_display` and `fields`; `trail` shows what happened."""

    doors: ClassVar[Doors[Any]]
    readonly_fields = ("trail",)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.doors.rows(_who(request))

    def view_on_site(self, obj: Any) -> str:
        return str(obj.get_absolute_url())

    @admin.display(description=gettext_lazy("verloop"))
    def trail(self, case: Any) -> SafeString:
        words = self.doors.model.words()
        told = [
            {
                "event": event,
                **{
                    name: words.get(getattr(event, name), getattr(event, name))
                    for name in ("verb", "source", "target")
                },
            }
            for event in case.events().select_related("actor")
        ]
        return render_to_string("admin/incidents/melding/trail.html", {"told": told})

    def acts(self, request: HttpRequest, row: Any) -> list[Act]:
        return [
            Act(
                verb,
                step.custom["label"],
                step.custom.get("style", ""),
                bool(self._form(request, row, verb).fields),
            )
            for verb in self.doors.offered(row, _who(request))
            if (step := self.doors.steps[verb]).custom
        ]

    def act_form(self, request: HttpRequest, row: Any, name: str, *data: Any) -> StepForm:
        if name not in self.doors.steps or not self.doors.steps[name].custom:
            raise Http404
        return self._form(request, row, name, *data)

    def act_arguments(self, form: StepForm) -> dict[str, Any]:
        return form.arguments()

    def act(self, request: HttpRequest, row: Any, name: str, given: dict[str, Any]) -> str:
        version = request.POST.get("version", "")
        seen = {"version": int(version)} if version.isdecimal() and len(version) < 10 else {}
        self.doors.do(row, name, by=_who(request), at=timezone.now(), **seen, **given)
        done = _("%(number)s: %(what)s – vastgelegd.")
        return done % {"number": row.number, "what": self.doors.steps[name].custom["label"]}

    def _form(self, request: HttpRequest, row: Any, name: str, *data: Any) -> StepForm:
        return self.doors.asks(name)(*data, case=row, user=_who(request), verb=name)


def _who(request: HttpRequest) -> User:
    """The member of staff who is signed in: `admin_view` lets nobody else pass."""
    assert isinstance(request.user, User)
    return request.user
