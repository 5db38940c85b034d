"""The life of a Melding: from which state who may take which step, and on what condition (SLA 2.17, 9, 10)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from desk.models import Case
from desk.permissions import allows
from incidents.models.choices import ENDED, OPEN, WAITING, WORKING, State
from sla.adapter import terms

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


class Life(Case):
    """Each transition is declared here and carried out by `desk.door.change` alone; what else changes with it
    stands in `incidents.actions`. Target None keeps the state."""

    state = FSMField(
        _("status"), max_length=30, choices=State.choices, default=State.RECEIVED, protected=True
    )
    is_open = models.GeneratedField(
        expression=models.Q(state__in=[str(state) for state in OPEN]),  # type: ignore[arg-type]
        output_field=models.BooleanField(), db_persist=True,
    )  # fmt: skip

    class Meta:
        abstract = True

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
            "label": _("Datum afspreken"), "order": 7, "form": "agree_date",
            "unmet": _("Deze prioriteit heeft al een vaste oplostijd."),
        },
    )  # fmt: skip
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

    # Who may read it (SLA 7.4).

    @transition("state", "*", None, permission=allows("restrict"))
    def restrict(self) -> None: ...

    @transition("state", "*", None, permission=allows("let_in"))
    def let_in(self) -> None: ...

    @transition("state", "*", None, permission=allows("shut_out"))
    def shut_out(self) -> None: ...

    # Not for people: what a machine or the desk itself records.

    @transition("state", [*OPEN, State.RESOLVED], None, permission=allows("desk_only"))
    def available_again(self) -> None: ...

    @transition("state", OPEN, None, permission=allows("desk_only"))
    def unavailable_again(self) -> None: ...

    @transition("state", OPEN, None, permission=allows("apply_policy"))
    def apply_policy(self) -> None: ...
