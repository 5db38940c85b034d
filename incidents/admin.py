"""Beheer of Meldingen: to look at, with the steps of their life as buttons; never as editable state."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from desk import navigation
from desk.acts import Act, ActsAdmin, ReadOnlyAdmin
from desk.door import Refused, permitted
from desk.models import User
from desk.permissions import STAFF
from incidents import actions, admin_escalation, admin_monitoring, mail_admin, queries  # noqa: F401
from incidents.admin_duty import DutyTurnKeeper, ShiftKeeper
from incidents.admin_sight import OfMelding, who
from incidents.cards import card
from incidents.clocks import CLOCKS, read
from incidents.forms import ActForm, Setting
from incidents.forms_melding import FORMS
from incidents.models import Attachment, DutyTurn, Melding, Shift, WebReport
from sla.models import PolicyVersion

STEPS = {step.name: step for step in Melding._meta.get_field("state").get_all_transitions(Melding)}

TOLD = ("verb", "source", "target")


class AssigneeFilter(admin.RelatedFieldListFilter):
    """Only staff can have a Melding in hand."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [(user.pk, str(user)) for user in User.objects.filter(role__in=STAFF)]


@admin.register(Melding)
class MeldingKeeper(ActsAdmin, ReadOnlyAdmin):
    list_display = (
        "number",
        "priority",
        "state",
        "subject",
        "contractant",
        "assignee",
        "received_at",
        "next_due_at",
    )
    list_filter = ("state", "priority", "kind", "channel", "service", "contractant", ("assignee", AssigneeFilter),
                   "service_unknown")  # fmt: skip
    list_select_related = ("contractant", "service", "assignee")
    list_per_page = 50
    search_fields = ("number",)  # shows the box; `incidents.queries.search` does the work
    fieldsets = (
        (None, {"fields": ("number", "state", "kind", "priority", "subject", "description")}),
        (gettext_lazy("Klokken"), {"fields": ("clocks", "policy_version", "received_at")}),
        (gettext_lazy("Wie en wat"), {"fields": (
            "contractant", "contact", "reporter_name", "reporter_email", "reporter_phone", "service",
            "service_unknown", "channel", "assignee", "chain_party", "handed_over_at", "duplicate_of")}),
        (gettext_lazy("Gegevens"), {"fields": (
            "impact", "urgency", "expected_priority", "affected_users", "first_seen_at", "first_seen_action",
            "reproducible", "breach_of_confidentiality", "breach_of_integrity", "goal", "examples", "missing")}),
        (gettext_lazy("Oplossing"), {"fields": ("solution", "has_workaround")}),
        (gettext_lazy("Gesprek en verloop"), {"fields": ("conversation", "trail")}),
    )  # fmt: skip
    readonly_fields = ("clocks", "conversation", "trail")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Melding]:
        return Melding.objects.visible_to(who(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Melding], search_term: str
    ) -> tuple[QuerySet[Melding], bool]:
        if not search_term.strip():
            return queryset, False
        found = queries.search(who(request), search_term).select_related(None).order_by()
        return queryset.filter(pk__in=found.values("pk")), False

    def view_on_site(self, obj: Melding) -> str:
        return obj.get_absolute_url()

    @admin.display(description=gettext_lazy("klokken"))
    def clocks(self, melding: Melding) -> SafeString:
        reading = read(melding, timezone.now())
        cards = [card(name, reading[name]) for name in CLOCKS]
        return render_to_string("admin/incidents/melding/clocks.html", {"cards": cards})

    @admin.display(description=gettext_lazy("gesprek"))
    def conversation(self, melding: Melding) -> SafeString:
        said = melding.messages.select_related("author").prefetch_related("attachments")
        return render_to_string("admin/incidents/melding/conversation.html", {"said": said})

    @admin.display(description=gettext_lazy("verloop"))
    def trail(self, melding: Melding) -> SafeString:
        events = melding.events().select_related("actor")
        words = Melding.words()
        told = [
            {"event": event, **{name: words.get(getattr(event, name), getattr(event, name)) for name in TOLD}}
            for event in events
        ]
        return render_to_string("admin/incidents/melding/trail.html", {"told": told})

    # -- the steps of its life, under the same permissions as on the desk

    def acts(self, request: HttpRequest, row: Melding) -> list[Act]:
        return [
            Act(step.name, step.custom["label"], step.custom.get("style", ""), bool(self._fields(step.name)))
            for step in permitted(row, who(request))
            if step.custom
        ]

    def act_form(self, request: HttpRequest, row: Melding, name: str, *data: Any) -> ActForm:
        user = who(request)
        setting = Setting(row, user, queries.choices(user), list(row.messages.select_related("author")))
        return self._form_of(name)(*data, setting=setting, verb=name)

    def act_arguments(self, form: ActForm) -> dict[str, Any]:
        return form.arguments()

    def act(self, request: HttpRequest, row: Melding, name: str, given: dict[str, Any]) -> str:
        version = request.POST.get("version", "")
        seen = {"version": int(version)} if version.isdecimal() and len(version) < 10 else {}
        getattr(actions, name)(row, by=who(request), at=timezone.now(), **seen, **given)
        return _("%(number)s: %(what)s – vastgelegd.") % {
            "number": row.number,
            "what": STEPS[name].custom["label"],
        }

    def _form_of(self, name: str) -> type[ActForm]:
        if name not in STEPS or not STEPS[name].custom:
            raise Http404
        return FORMS[STEPS[name].custom["form"]]

    def _fields(self, name: str) -> bool:
        return self._form_of(name) is not ActForm

    # -- who moves under another version of the policy

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.moves_view)
        return [path("afspraken/<int:version>/", view, name="incidents_policy_moves"), *super().get_urls()]

    def moves_view(self, request: HttpRequest, version: int) -> HttpResponse:
        """Which deadlines another policy version moves, from when to when; and the button that applies it."""
        if not who(request).may("apply_policy"):
            raise PermissionDenied
        row = get_object_or_404(PolicyVersion.objects.select_related("policy"), pk=version)
        if request.method == "POST":
            self._apply(request, row)
            return HttpResponseRedirect(request.path)
        moves = list(queries.moves(row, timezone.now()))
        seen = queries.seen_of(moves, who(request))
        shown = {**self.admin_site.each_context(request), "opts": self.opts, "version": row,
                 "moves": [move for move in moves if move.melding.pk in seen],
                 "others": len({move.melding.pk for move in moves} - seen),
                 "starts": navigation.starts(who(request), str(row.pk), of="policy_version"),
                 "title": _("Wie schuift er op onder %(version)s?") % {"version": row}}  # fmt: skip
        return render(request, "admin/incidents/moves.html", shown)

    def _apply(self, request: HttpRequest, version: PolicyVersion) -> None:
        now, done = timezone.now(), 0
        moves = list(queries.moves(version, now))
        seen = queries.seen_of(moves, who(request))
        for melding in self._chosen(request, moves, seen):
            try:
                actions.apply_policy(melding, by=who(request), at=now, policy_version=version)
            except Refused as error:
                number = melding.number if melding.pk in seen else _("Afgeschermde melding")
                messages.error(request, f"{number}: {error}")
            else:
                done += 1
        told = ngettext(
            "%d melding valt nu onder deze versie.", "%d meldingen vallen nu onder deze versie.", done
        )
        messages.success(request, told % done)

    def _chosen(self, request: HttpRequest, moves: list[queries.Move], seen: set[int]) -> list[Melding]:
        """Of those that move: all, also those that only others may see; or those that were ticked."""
        moving = {move.melding.pk: move.melding for move in moves}
        if "all" in request.POST:
            return list(moving.values())
        ticked = {int(pk) for pk in request.POST.getlist("melding") if pk.isdecimal()}
        return [melding for pk, melding in moving.items() if pk in ticked & seen]


@admin.register(WebReport)
class WebReportKeeper(OfMelding):
    list_display = ("submitted_at", "__str__", "email", "expires_at", "confirmed_at", "melding")
    list_filter = (("confirmed_at", admin.EmptyFieldListFilter),)
    list_select_related = ("melding",)
    search_fields = ("email", "melding__number")
    fields = ("submitted_at", "email", "data", "expires_at", "confirmed_at", "melding")


@admin.register(Attachment)
class AttachmentKeeper(ReadOnlyAdmin):
    """Which files there are; they are opened on the page of their Melding."""

    list_display = ("name", "content_type", "size", "visibility", "melding", "author", "at")
    list_filter = ("visibility",)
    list_select_related = ("melding", "author")
    ordering = ("-at", "-id")
    search_fields = ("name", "melding__number")
    fields = ("name", "content_type", "size", "sha256", "visibility", "melding", "author", "at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attachment]:
        return Attachment.objects.all().visible_to(who(request))


admin.site.register(Shift, ShiftKeeper)
admin.site.register(DutyTurn, DutyTurnKeeper)
