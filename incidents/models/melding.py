"""The Melding: a question, an incident or a request for change, and its life (SLA 2.17, 9, 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from contractants.models import Contact, Contractant, Service
from desk.models import Case, Event, Notice, User
from desk.permissions import SEES_ALL, allows
from sla.adapter import terms
from sla.models import PolicyVersion

if TYPE_CHECKING:
    from datetime import datetime


class Kind(models.TextChoices):
    """What it is about: a Vraag (SLA 2.34), an Incident (SLA 2.11) or a Wijziging (SLA 2.36)."""

    QUESTION = "question", _("vraag")
    INCIDENT = "incident", _("incident")
    CHANGE = "change", _("wijziging")


class Channel(models.TextChoices):
    PHONE = "phone", _("telefoon")
    EMAIL = "email", _("e-mail")
    WEB = "web", _("webformulier")
    PORTAL = "portal", _("portaal")
    MONITORING = "monitoring", _("monitoring")
    SUPPLIER = "supplier", _("leverancier zelf")
    API = "api", _("koppeling (API)")


class Level(models.TextChoices):
    """Impact (SLA 9.2)."""

    LARGE = "large", _("groot: meerdere afdelingen, bedrijfskritiek")
    MEDIUM = "medium", _("gemiddeld: één afdeling, meerdere gebruikers")
    SMALL = "small", _("klein: enkele gebruikers")


class Urgency(models.TextChoices):
    HIGH = "high", _("hoog: er kan niet gewerkt worden")
    MEDIUM = "medium", _("gemiddeld: tijdelijk niet werken is acceptabel")
    LOW = "low", _("laag: er is mogelijk een workaround")


class State(models.TextChoices):
    RECEIVED = "received", _("ontvangen")
    IN_PROGRESS = "in_progress", _("in behandeling")
    WAITING_CONTRACTANT = "waiting_contractant", _("wacht op contractant")
    WAITING_CHAIN = "waiting_chain", _("wacht op keten")
    RESOLVED = "resolved", _("opgelost")
    REOPENED = "reopened", _("heropend")
    CLOSED = "closed", _("gesloten")
    CANCELLED = "cancelled", _("geannuleerd")
    DUPLICATE = "duplicate", _("dubbel")


WORKING = [State.IN_PROGRESS, State.REOPENED]
WAITING = [State.WAITING_CONTRACTANT, State.WAITING_CHAIN]
OPEN = [State.RECEIVED, *WORKING, *WAITING]
ENDED = [State.CLOSED, State.CANCELLED, State.DUPLICATE]


# What a contractant sees of the trail of its Meldingen, in the portal and by webhook.
CONCERNS_CONTRACTANT = frozenset(
    {"pick_up", "set_priority", "wait_for_contractant", "wait_for_chain", "resume", "resolve", "accept", "close",
     "reopen", "cancel", "agree_date", "convert", "merge", "mark_duplicate", "escalate", "cannot_meet"}
)  # fmt: skip


def awaits_handover(melding: Any) -> bool:
    return bool(melding.needs_handover)


def has_reaction(melding: Any) -> bool:
    return melding.reacted_at is not None


def solved_by_workaround(melding: Any) -> bool:
    return bool(melding.has_workaround)


def without_fixed_target(melding: Any) -> bool:
    """A date is agreed only where the policy sets none (SLA 9.3, 10.3)."""
    return terms(melding.policy_version_id).targets["resolution", melding.priority] is None


def has_deadline(melding: Any) -> bool:
    return melding.resolution_state in {"running", "paused"}


class MeldingQuerySet(models.QuerySet["Melding"]):
    def visible_to(self, user: User) -> MeldingQuerySet:
        """The gate: all for staff and machines, those of the own contractant for a contact, else none."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in SEES_ALL:
            return self
        # One value and not a set, so that an index can deliver the rows of it in order.
        own = Contact.objects.filter(user=user, is_active=True).values("contractant")[:1]
        return self.filter(contractant=own)

    def open(self) -> MeldingQuerySet:
        return self.filter(is_open=True)


class MeldingManager(models.Manager["Melding"]):
    def get_queryset(self) -> MeldingQuerySet:
        """Without the search columns, which no page shows and which can be large."""
        return MeldingQuerySet(self.model, using=self._db).defer("search_all", "search_public")

    def visible_to(self, user: User) -> MeldingQuerySet:
        return self.get_queryset().visible_to(user)

    def open(self) -> MeldingQuerySet:
        return self.get_queryset().open()


class Melding(Case):
    """Any report to the Supportafdeling, from receipt to acceptance.

    All moments are UTC. `priority` is the one assigned, `expected_priority` the reporter's own (SLA 9.4).
    The `response_*`, `resolution_*`, `next_due_at`, `warns_at` and `sweep_at` columns are a projection of the
    events under `policy_version`; `incidents.clocks` derives them and may rebuild them at any time. Budgets
    and elapsed are business seconds. `next_due_at` is the first deadline that still runs.
    """

    case_type = "melding"
    other_words = {
        "register": _("Vastleggen"), "reply": _("Antwoorden"), "note": _("Notitie maken"), "warn": _("Waarschuwing"),
        "breach": _("Termijn verstreken"), "overdue": _("Termijn ruim verstreken"),
        "unacknowledged": _("Prioriteit 1 niet opgepakt"), "acknowledge": _("Gezien door monitoring"),
        "available_again": _("Weer beschikbaar"), "unavailable_again": _("Opnieuw niet beschikbaar"),
        "apply_policy": _("Afspraken toepassen"), "mail_rejected": _("Mail komt niet aan"),
        "alarms_left_out": _("Alarmen weggelaten"),
    }  # fmt: skip

    told_to_party = CONCERNS_CONTRACTANT | {"register", "reply"}

    state = FSMField(
        _("status"), max_length=30, choices=State.choices, default=State.RECEIVED, protected=True
    )
    is_open = models.GeneratedField(
        expression=models.Q(state__in=[str(state) for state in OPEN]),  # type: ignore[arg-type]
        output_field=models.BooleanField(), db_persist=True,
    )  # fmt: skip
    kind = models.CharField(_("soort"), max_length=10, choices=Kind.choices)
    channel = models.CharField(_("kanaal"), max_length=12, choices=Channel.choices)
    subject = models.CharField(_("onderwerp"), max_length=200)
    description = models.TextField(_("omschrijving"))

    contractant = models.ForeignKey(
        Contractant,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meldingen",
        verbose_name=_("contractant"),
    )
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meldingen",
        verbose_name=_("contactpersoon"),
    )
    reporter_name = models.CharField(_("naam van de melder"), max_length=120, blank=True)
    reporter_email = models.EmailField(_("e-mailadres van de melder"), blank=True)
    reporter_phone = models.CharField(_("telefoon van de melder"), max_length=30, blank=True)
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="meldingen", verbose_name=_("dienst")
    )
    service_unknown = models.BooleanField(_("dienst niet herkend"), default=False)

    impact = models.CharField(_("impact"), max_length=10, choices=Level.choices, blank=True)
    urgency = models.CharField(_("urgentie"), max_length=10, choices=Urgency.choices, blank=True)
    priority = models.PositiveSmallIntegerField(_("prioriteit"), choices=[(n, f"P{n}") for n in range(1, 5)])
    expected_priority = models.PositiveSmallIntegerField(
        _("verwachte prioriteit"), choices=[(n, f"P{n}") for n in range(1, 5)], null=True, blank=True
    )
    breach_of_confidentiality = models.BooleanField(_("vertrouwelijkheid in het geding"), default=False)
    breach_of_integrity = models.BooleanField(_("integriteit in het geding"), default=False)

    affected_users = models.PositiveIntegerField(_("aantal gebruikers met hinder"), null=True, blank=True)
    first_seen_at = models.DateTimeField(_("voor het eerst gezien"), null=True, blank=True)
    first_seen_action = models.CharField(_("bij welke handeling"), max_length=300, blank=True)
    reproducible = models.CharField(
        _("te herhalen"),
        max_length=10,
        choices=[
            ("yes", _("ja")),
            ("no", _("nee")),
            ("sometimes", _("soms")),
            ("unknown", _("niet geprobeerd")),
        ],
        blank=True,
    )
    images_masked = models.BooleanField(_("persoonsgegevens in beeld zijn afgeschermd"), default=False)
    goal = models.TextField(_("beoogd doel"), blank=True)
    examples = models.TextField(_("voorbeelden"), blank=True)
    missing = ArrayField(
        models.CharField(max_length=40), verbose_name=_("ontbrekende gegevens"), default=list, blank=True
    )

    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_meldingen",
        verbose_name=_("behandelaar"),
    )
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates", verbose_name=_("dubbel van")
    )
    reacted_at = models.DateTimeField(
        _("reactie na oplossing"), null=True, blank=True, editable=False
    )  # until an agent has decided what to do with it
    solution = models.TextField(_("oplossing"), blank=True)
    has_workaround = models.BooleanField(_("opgelost met een workaround"), default=False)
    handed_over_at = models.DateTimeField(_("telefonisch overgedragen"), null=True, blank=True)
    chain_party = models.CharField(_("ketenpartij"), max_length=120, blank=True)
    expected_at = models.DateTimeField(_("nieuwe verwachting"), null=True, blank=True)

    received_at = models.DateTimeField(_("ontvangen"))
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, related_name="meldingen", verbose_name=_("afspraken")
    )

    response_state = models.CharField(max_length=10, default="running", editable=False)
    response_due = models.DateTimeField(_("reactie uiterlijk"), null=True, blank=True, editable=False)
    response_budget = models.PositiveIntegerField(null=True, editable=False)
    response_elapsed = models.PositiveIntegerField(default=0, editable=False)
    response_met = models.BooleanField(_("reactie op tijd"), null=True, editable=False)
    resolution_state = models.CharField(max_length=10, default="running", editable=False)
    resolution_due = models.DateTimeField(_("oplossing uiterlijk"), null=True, blank=True, editable=False)
    resolution_budget = models.PositiveIntegerField(null=True, editable=False)
    resolution_elapsed = models.PositiveIntegerField(default=0, editable=False)
    resolution_met = models.BooleanField(_("oplossing op tijd"), null=True, editable=False)
    next_due_at = models.DateTimeField(null=True, editable=False)
    warns_at = models.DateTimeField(null=True, editable=False)
    sweep_at = models.DateTimeField(null=True, editable=False)

    search_all = SearchVectorField(null=True, editable=False)
    search_public = SearchVectorField(null=True, editable=False)

    objects: ClassVar[MeldingManager] = MeldingManager()

    class Meta:
        verbose_name = _("melding")
        verbose_name_plural = _("meldingen")
        ordering = ("-received_at", "-id")
        constraints = [
            models.CheckConstraint(condition=models.Q(priority__range=(1, 4)), name="priority_1_to_4"),
            models.CheckConstraint(
                condition=~models.Q(breach_of_confidentiality=True) | models.Q(priority=1),
                name="confidentiality_is_priority_1",
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "received_at", "id"],
                condition=models.Q(is_open=True),
                name="melding_order_of_work",
            ),
            models.Index(
                fields=["next_due_at", "id"], condition=models.Q(is_open=True), name="melding_runs_out_first"
            ),
            models.Index(fields=["warns_at"], condition=models.Q(is_open=True), name="melding_warns"),
            models.Index(fields=["state", "priority", "received_at"], name="melding_by_state"),
            models.Index(
                fields=["assignee", "priority", "received_at"],
                condition=models.Q(is_open=True),
                name="melding_of_assignee",
            ),
            models.Index(
                fields=["reacted_at"], condition=models.Q(reacted_at__isnull=False), name="melding_reacted"
            ),
            models.Index(fields=["contractant", "received_at", "id"], name="melding_of_contractant"),
            models.Index(fields=["contractant", "-is_open", "-received_at", "-id"], name="melding_in_portal"),
            models.Index(fields=["received_at", "id"], name="melding_by_receipt"),
            models.Index(
                fields=["sweep_at"], condition=models.Q(sweep_at__isnull=False), name="melding_to_sweep"
            ),
            GinIndex(fields=["search_all"], name="melding_search_all"),
            GinIndex(fields=["search_public"], name="melding_search_public"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("incidents:melding", args=[self.number])

    @property
    def reporter(self) -> str:
        """The name to greet or show: the contact's, else the one that was given."""
        return str(self.contact) if self.contact else self.reporter_name

    @property
    def needs_handover(self) -> bool:
        """A contractant's P1 must also be phoned in (SLA 9.2) and that has not been recorded yet."""
        from_contractant = self.channel in {Channel.WEB, Channel.PORTAL, Channel.EMAIL}
        return self.priority == 1 and from_contractant and self.handed_over_at is None

    @property
    def party(self) -> UUID | None:
        return self.contractant.public_id if self.contractant else None

    def outline(self) -> dict[str, Any]:
        paths = {"desk": self.get_absolute_url(), "api": reverse("api:melding", args=[self.number])}
        if self.contractant_id:
            paths["portal"] = reverse("incidents:portal_melding", args=[self.number])
        return {
            **super().outline(), "kind": self.kind, "priority": self.priority, "contractant": self.party and str(self.party),
            "links": {name: settings.SITE_URL + path for name, path in paths.items()},
        }  # fmt: skip

    def project(self, at: datetime, new: Event | None = None) -> None:
        from incidents.clocks import project

        project(self, at, new)

    def announce(self, event: Event) -> None:
        from incidents.notices import announce

        announce(self, event)

    @property
    def always_tells(self) -> bool:
        return self.priority == 1

    @property
    def mail_list(self) -> str:
        return f"contractant-{self.contractant_id}" if self.contractant_id else "desk"

    def could_not_tell(self, notice: Notice, at: datetime) -> None:
        from incidents.notices import could_not_tell

        could_not_tell(self, notice, at)

    @classmethod
    def notice_table(cls) -> dict[str, list[tuple[str, Any]]]:
        from incidents.notices import NOTICES

        return {**NOTICES}

    @classmethod
    def for_notices(cls) -> MeldingQuerySet:
        return cls.objects.get_queryset().select_related(
            "policy_version__policy", "contact__user", "contractant", "service", "assignee", "duplicate_of"
        )

    def notice_context(self, event: Event) -> dict[str, Any]:
        from incidents.notices import context

        return context(self, event)

    # The life of a Melding. Each transition is declared here and carried out by `desk.door.change` alone;
    # what else changes with it stands in `incidents.actions`. Target None keeps the state.

    @transition(
        "state",
        [State.RECEIVED, State.REOPENED],
        State.IN_PROGRESS,
        permission=allows("pick_up"),
        custom={"label": _("Oppakken"), "style": "go", "order": 1, "form": "pick_up"},
    )
    def pick_up(self) -> None: ...

    @transition(
        "state",
        WORKING,
        State.RESOLVED,
        permission=allows("resolve"),
        custom={"label": _("Oplossen"), "style": "go", "order": 2, "form": "resolve"},
    )
    def resolve(self) -> None: ...

    @transition(
        "state",
        WORKING,
        State.WAITING_CONTRACTANT,
        permission=allows("wait_for_contractant"),
        custom={"label": _("Wacht op contractant"), "order": 3, "form": "question"},
    )
    def wait_for_contractant(self) -> None: ...

    @transition(
        "state",
        WORKING,
        State.WAITING_CHAIN,
        permission=allows("wait_for_chain"),
        custom={"label": _("Wacht op keten"), "order": 4, "form": "chain"},
    )
    def wait_for_chain(self) -> None: ...

    @transition(
        "state",
        WAITING,
        State.IN_PROGRESS,
        permission=allows("resume"),
        custom={"label": _("Hervatten"), "style": "go", "order": 1, "form": "none"},
    )
    def resume(self) -> None: ...

    @transition(
        "state",
        State.RESOLVED,
        State.CLOSED,
        permission=allows("accept"),
        custom={"label": _("Oplossing accepteren"), "style": "go", "order": 1, "form": "none"},
    )
    def accept(self) -> None: ...

    @transition(
        "state",
        State.RESOLVED,
        State.CLOSED,
        permission=allows("close"),
        custom={"label": _("Sluiten"), "order": 2, "form": "none"},
    )
    def close(self) -> None: ...

    @transition(
        "state",
        [State.RESOLVED, State.CLOSED],
        None,
        permission=allows("read_reaction"),
        conditions=[has_reaction],
        custom={"label": _("Reactie afgehandeld"), "order": 0, "form": "none"},
    )
    def read_reaction(self) -> None: ...

    @transition(
        "state",
        [State.RESOLVED, State.CLOSED],
        State.REOPENED,
        permission=allows("reopen"),
        custom={"label": _("Heropenen"), "order": 3, "form": "reason"},
    )
    def reopen(self) -> None: ...

    @transition(
        "state",
        OPEN,
        None,
        permission=allows("assign"),
        custom={"label": _("Toewijzen"), "order": 5, "form": "assign"},
    )
    def assign(self) -> None: ...

    @transition(
        "state",
        OPEN,
        None,
        permission=allows("set_priority"),
        custom={"label": _("Prioriteit wijzigen"), "order": 6, "form": "priority"},
    )
    def set_priority(self) -> None: ...

    @transition(
        "state",
        OPEN,
        None,
        permission=allows("agree_date"),
        conditions=[without_fixed_target],
        custom={
            "label": _("Datum afspreken"),
            "order": 7,
            "form": "agree_date",
            "unmet": _("Deze prioriteit heeft al een vaste oplostijd."),
        },
    )
    def agree_date(self) -> None: ...

    @transition(
        "state",
        OPEN,
        None,
        permission=allows("contacted"),
        custom={"label": _("Contact gehad"), "order": 8, "form": "none"},
    )
    def contacted(self) -> None: ...

    @transition(
        "state",
        OPEN,
        None,
        permission=allows("hand_over"),
        conditions=[awaits_handover],
        custom={"label": _("Telefonisch overgedragen"), "order": 9, "form": "none"},
    )
    def hand_over(self) -> None: ...

    @transition(
        "state",
        OPEN,
        None,
        permission=allows("complete"),
        custom={"label": _("Gegevens aanvullen"), "order": 10, "form": "facts"},
    )
    def complete(self) -> None: ...

    @transition(
        "state",
        OPEN,
        None,
        permission=allows("convert"),
        custom={"label": _("Soort wijzigen"), "order": 11, "form": "convert"},
    )
    def convert(self) -> None: ...

    @transition(
        "state",
        [State.RESOLVED, State.CLOSED],
        None,
        permission=allows("follow_up"),
        conditions=[solved_by_workaround],
        custom={"label": _("Vervolgmelding maken"), "order": 4, "form": "follow_up"},
    )
    def follow_up(self) -> None: ...

    @transition(
        "state",
        OPEN,
        State.DUPLICATE,
        permission=allows("merge"),
        custom={"label": _("Samenvoegen met"), "order": 12, "form": "merge"},
    )
    def merge(self) -> None: ...

    @transition(
        "state",
        OPEN,
        None,
        permission=allows("split"),
        custom={"label": _("Splitsen"), "order": 13, "form": "split"},
    )
    def split(self) -> None: ...

    @transition(
        "state",
        [*OPEN, State.RESOLVED, *ENDED],
        None,
        permission=allows("relate"),
        custom={"label": _("Relatie leggen"), "order": 14, "form": "relate"},
    )
    def relate(self) -> None: ...

    @transition(
        "state",
        OPEN,
        State.CANCELLED,
        permission=allows("cancel"),
        custom={"label": _("Annuleren"), "order": 15, "form": "reason"},
    )
    def cancel(self) -> None: ...

    @transition(
        "state",
        OPEN,
        State.DUPLICATE,
        permission=allows("mark_duplicate"),
        custom={"label": _("Dubbel van"), "order": 12, "form": "duplicate"},
    )
    def mark_duplicate(self) -> None: ...

    @transition(
        "state",
        OPEN,
        None,
        permission=allows("cannot_meet"),
        conditions=[has_deadline],
        custom={"label": _("Termijn niet haalbaar"), "order": 8, "form": "cannot_meet"},
    )
    def cannot_meet(self) -> None: ...

    @transition(
        "state",
        [*OPEN, State.RESOLVED],
        None,
        permission=allows("escalate"),
        custom={"label": _("Escaleren"), "order": 9, "form": "escalate"},
    )
    def escalate(self) -> None: ...

    # The conversation: no change of state, and no new version, so that words never collide with a step.

    @transition("state", [*OPEN, State.RESOLVED, State.CLOSED], None, permission=allows("reply"))
    def reply(self) -> None: ...

    @transition("state", "*", None, permission=allows("note"))
    def note(self) -> None: ...

    # Not for people: what a machine or the desk itself records.

    @transition("state", [*OPEN, State.RESOLVED], None, permission=allows("desk_only"))
    def available_again(self) -> None: ...

    @transition("state", OPEN, None, permission=allows("desk_only"))
    def unavailable_again(self) -> None: ...

    @transition("state", OPEN, None, permission=allows("apply_policy"))
    def apply_policy(self) -> None: ...
