"""The Melding: a question, an incident or a request for change, as it is stored (SLA 2.17)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contractants.models import Contact, Contractant, Service
from desk.models import Event, Notice, User
from incidents.models.access import MeldingManager, MeldingQuerySet, closed_to
from incidents.models.choices import Channel, Kind, Level, Urgency
from incidents.models.life import CONCERNS_CONTRACTANT, Life
from sla.models import PolicyVersion

if TYPE_CHECKING:
    from datetime import datetime


def _of_norm(clock: str) -> models.Index:
    """All that the norm of a month asks of a clock, so that counting reads nothing else."""
    return models.Index(
        fields=[f"{clock}_counts_at", "id"],
        include=["priority", "policy_version", f"{clock}_state", f"{clock}_met", "state", "service", "contractant"],
        condition=models.Q(kind="incident"),
        name=f"melding_{clock}_norm",
    )  # fmt: skip


class Melding(Life):
    """Any report to the Supportafdeling, from receipt to acceptance.

    All moments are UTC. `priority` is the one assigned, `expected_priority` the reporter's own (SLA 9.4).
    The `response_*`, `resolution_*`, `next_due_at`, `warns_at` and `sweep_at` columns are a projection of the
    events under `policy_version`; `incidents.clocks` derives them and may rebuild them at any time. Budgets
    and elapsed are business seconds. `next_due_at` is the first deadline that still runs; `*_counts_at` lies in the
    month in which that clock counts for the norm (`domain.clock.Clock.counts_at`).
    """

    case_type = "melding"
    whose = "contractant_id"
    in_address = ("number",)
    other_words = {
        "register": _("Vastleggen"), "reply": _("Antwoorden"), "note": _("Notitie maken"), "warn": _("Waarschuwing"),
        "breach": _("Termijn verstreken"), "overdue": _("Termijn ruim verstreken"),
        "unacknowledged": _("Prioriteit 1 niet opgepakt"), "acknowledge": _("Gezien door monitoring"),
        "available_again": _("Weer beschikbaar"), "unavailable_again": _("Opnieuw niet beschikbaar"),
        "apply_policy": _("Afspraken toepassen"), "mail_rejected": _("Mail komt niet aan"),
        "alarms_left_out": _("Alarmen weggelaten"), "restrict": _("Afschermen"), "let_in": _("Toegang geven"),
        "shut_out": _("Toegang intrekken"),
    }  # fmt: skip

    told_to_party = CONCERNS_CONTRACTANT | {"register", "reply"}

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
    restricted_at = models.DateTimeField(_("afgeschermd sinds"), null=True, blank=True, editable=False)
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, related_name="meldingen", verbose_name=_("afspraken")
    )

    response_state = models.CharField(max_length=10, default="running", editable=False)
    response_due = models.DateTimeField(_("reactie uiterlijk"), null=True, blank=True, editable=False)
    response_budget = models.PositiveIntegerField(null=True, editable=False)
    response_elapsed = models.PositiveIntegerField(default=0, editable=False)
    response_met = models.BooleanField(_("reactie op tijd"), null=True, editable=False)
    response_counts_at = models.DateTimeField(null=True, editable=False)
    resolution_state = models.CharField(max_length=10, default="running", editable=False)
    resolution_due = models.DateTimeField(_("oplossing uiterlijk"), null=True, blank=True, editable=False)
    resolution_budget = models.PositiveIntegerField(null=True, editable=False)
    resolution_elapsed = models.PositiveIntegerField(default=0, editable=False)
    resolution_met = models.BooleanField(_("oplossing op tijd"), null=True, editable=False)
    resolution_counts_at = models.DateTimeField(null=True, editable=False)
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
                fields=["service", "received_at"],
                condition=models.Q(channel="monitoring"),
                name="melding_monitored",
            ),
            models.Index(
                fields=["sweep_at"], condition=models.Q(sweep_at__isnull=False), name="melding_to_sweep"
            ),
            models.Index(
                fields=["id"], condition=models.Q(restricted_at__isnull=False), name="melding_restricted"
            ),
            *(_of_norm(clock) for clock in ("response", "resolution")),
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

    @classmethod
    def elsewhere(cls, pk: int) -> list[models.QuerySet[Any]]:
        """A delivery with several alarms refers to none of them."""
        from incidents.models.monitoring import Alert, RawEvent

        sources = Alert.objects.filter(melding=pk).values("source")
        return [RawEvent.objects.filter(source__in=sources, alert=None)]

    @classmethod
    def reindex(cls, ids: list[int], at: datetime) -> None:
        from incidents.actions.storing import index_ids

        index_ids(ids)

    @property
    def party(self) -> UUID | None:
        return self.contractant.public_id if self.contractant else None

    @property
    def is_discreet(self) -> bool:
        return self.restricted_at is not None

    @property
    def for_party_alone(self) -> bool:
        return self.is_discreet

    def may_tell(self, notice: Notice) -> bool:
        """What is restricted only to whoever may read it, as it stands in the database; and to a reporter without account."""
        now, user = Melding._base_manager.filter(pk=self.pk), User.objects.filter(email=notice.email).first()
        return not (user and closed_to(user, now).exists()) and super().may_tell(notice)

    @classmethod
    def hidden_from(cls, user: User) -> models.QuerySet[Melding]:
        return closed_to(user, cls._base_manager.all())

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
