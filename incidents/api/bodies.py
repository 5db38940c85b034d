"""What may be sent: a new Melding, its facts, words, and one body for each transition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from contractants.models import Contact, Contractant, Service
from desk.models import AbstractMessage, User
from desk.permissions import STAFF
from desk.shapes import ByKey, Moment, Shape, Text
from incidents import actions
from incidents.actions.life import HOW_TOLD
from incidents.models import Channel, Kind, Level, Melding, Relation, Urgency
from incidents.models.escalation import REASONS

CHANNELS = [(one.value, one.label) for one in (Channel.API, Channel.PHONE, Channel.EMAIL, Channel.SUPPLIER)]
REPRODUCIBLE = Melding._meta.get_field("reproducible").choices or []
WORKFORCE_MAX = 10_000_000


def contractants(user: User) -> Any:
    return Contractant.objects.all().visible_to(user).filter(is_active=True)


def contacts(user: User) -> Any:
    return Contact.objects.all().visible_to(user).filter(is_active=True)


def services(user: User) -> Any:
    return Service.objects.filter(is_active=True)


def colleagues(user: User) -> Any:
    return User.objects.filter(role__in=STAFF, is_active=True)


def meldingen(user: User) -> Any:
    return Melding.objects.visible_to(user)


class Priority(serializers.IntegerField):
    """1 to 4 (SLA 9.2)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=4, **options)


class Facts(Shape):
    """What may be filled in or corrected later. A key that is left out stays as it is."""

    contractant = ByKey(
        "public_id", contractants, required=False, allow_null=True, help_text="id of the contractant"
    )
    contact = ByKey("user__email", contacts, required=False, allow_null=True, help_text="e-mail address")
    service = ByKey("slug", services, required=False, allow_null=True, help_text="slug of the Dienst")
    reporter_name = serializers.CharField(required=False, allow_blank=True, max_length=120)
    reporter_email = serializers.EmailField(required=False, allow_blank=True)
    reporter_phone = serializers.CharField(required=False, allow_blank=True, max_length=30)
    expected_priority = Priority(required=False, allow_null=True)
    affected_users = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=WORKFORCE_MAX
    )
    first_seen_at = Moment(required=False, allow_null=True)
    first_seen_action = serializers.CharField(required=False, allow_blank=True, max_length=300)
    reproducible = serializers.ChoiceField(REPRODUCIBLE, required=False, allow_blank=True)
    goal = Text(required=False, allow_blank=True)
    examples = Text(required=False, allow_blank=True)


class NewMelding(Facts):
    """A Melding as somebody reports it; which facts may not be missing depends on `kind` (SLA 9.4, 10.2)."""

    kind = serializers.ChoiceField(Kind.choices)
    subject = serializers.CharField(max_length=200)
    description = Text()
    channel = serializers.ChoiceField(CHANNELS, default=Channel.API)
    impact = serializers.ChoiceField(Level.choices, required=False, allow_blank=True)
    urgency = serializers.ChoiceField(Urgency.choices, required=False, allow_blank=True)
    priority = Priority(required=False, allow_null=True)
    breach_of_confidentiality = serializers.BooleanField(required=False)
    breach_of_integrity = serializers.BooleanField(required=False)
    received_at = Moment(required=False, allow_null=True, help_text="if earlier than now")
    contacted = serializers.BooleanField(default=False, help_text="the reporter was spoken to (SLA 2.25)")
    accept_missing = serializers.BooleanField(default=False, help_text="take it in without all facts")


class OwnMelding(NewMelding):
    """What a contact reports: about whom follows from who asks, and the rest is for the Supportafdeling."""

    contractant = contact = channel = priority = received_at = contacted = accept_missing = None  # type: ignore[assignment]


class NewMessage(Shape):
    body = Text()
    visibility = serializers.ChoiceField(
        AbstractMessage.Visibility.choices, default=AbstractMessage.Visibility.PUBLIC
    )


class Nothing(Shape):
    """An empty body, or {}."""


class PickUp(Shape):
    contacted = serializers.BooleanField(default=False, help_text="the reporter was spoken to (SLA 2.25)")
    diagnosed = serializers.BooleanField(default=True, help_text="diagnosis has started (SLA 2.25)")


class Resolve(Shape):
    solution = Text()
    workaround = serializers.BooleanField(default=False)
    how = serializers.ChoiceField(
        HOW_TOLD, default="told", help_text="attempted: telling was tried (SLA 2.21)"
    )


class Question(Shape):
    question = Text()


class Chain(Shape):
    party = serializers.CharField(max_length=120)
    question = Text()
    reference = serializers.CharField(max_length=80, required=False, allow_blank=True)


class Reason(Shape):
    reason = Text()


class Assign(Shape):
    assignee = ByKey("email", colleagues, allow_null=True, help_text="e-mail address; null: nobody")


class SetPriority(Shape):
    """Impact with urgency, or a priority."""

    reason = Text()
    impact = serializers.ChoiceField(Level.choices, required=False, allow_blank=True)
    urgency = serializers.ChoiceField(Urgency.choices, required=False, allow_blank=True)
    priority = Priority(required=False, allow_null=True)


class AgreeDate(Shape):
    due = Moment()


class Escalate(Shape):
    """`expected_priority` with the reason `priority` alone (SLA 9.1)."""

    reason = serializers.ChoiceField(REASONS)
    words = Text(help_text="read by both sides")
    expected_priority = Priority(required=False, allow_null=True)


class CannotMeet(Shape):
    expected_at = Moment(help_text="when it will be solved instead (SLA 9.3)")
    reason = Text(help_text="the reporter reads this")


class Convert(Shape):
    kind = serializers.ChoiceField(Kind.choices)
    reason = Text()


class FollowUp(Shape):
    subject = serializers.CharField(max_length=200)
    description = Text()
    priority = Priority()


class Merge(Shape):
    into = ByKey("number", meldingen, help_text="number of the Melding that goes on")


class Split(Shape):
    messages = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=500
    )
    subject = serializers.CharField(max_length=200)


class Relate(Shape):
    other = ByKey("number", meldingen, help_text="number of the other Melding")
    kind = serializers.ChoiceField(Relation.Kind.choices)


class MarkDuplicate(Shape):
    other = ByKey("number", meldingen, help_text="number of the Melding that goes on")


class Complete(Facts):
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError(_("Geef ten minste één gegeven."))
        return {"facts": attrs}


@dataclass(frozen=True)
class Verb:
    """The action behind a transition and what it is told. `makes`: it answers with a new Melding."""

    body: type[Shape]
    action: Callable[..., Melding]
    makes: bool = False


VERBS: dict[str, Verb] = {
    "pick_up": Verb(PickUp, actions.pick_up),
    "resolve": Verb(Resolve, actions.resolve),
    "wait_for_contractant": Verb(Question, actions.wait_for_contractant),
    "wait_for_chain": Verb(Chain, actions.wait_for_chain),
    "resume": Verb(Nothing, actions.resume),
    "accept": Verb(Nothing, actions.accept),
    "close": Verb(Nothing, actions.close),
    "reopen": Verb(Reason, actions.reopen),
    "assign": Verb(Assign, actions.assign),
    "set_priority": Verb(SetPriority, actions.set_priority),
    "agree_date": Verb(AgreeDate, actions.agree_date),
    "contacted": Verb(Nothing, actions.contacted),
    "escalate": Verb(Escalate, actions.escalate),
    "cannot_meet": Verb(CannotMeet, actions.cannot_meet),
    "hand_over": Verb(Nothing, actions.hand_over),
    "read_reaction": Verb(Nothing, actions.read_reaction),
    "complete": Verb(Complete, actions.complete),
    "convert": Verb(Convert, actions.convert),
    "follow_up": Verb(FollowUp, actions.follow_up, makes=True),
    "merge": Verb(Merge, actions.merge),
    "split": Verb(Split, actions.split, makes=True),
    "relate": Verb(Relate, actions.relate),
    "cancel": Verb(Reason, actions.cancel),
    "mark_duplicate": Verb(MarkDuplicate, actions.mark_duplicate),
}
