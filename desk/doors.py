"""What one kind of case is made of, for all its doors: the same steps as buttons, in the API and in the admin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_fsm import Transition

from desk.door import permitted
from desk.forms import StepForm
from desk.models import Case, Event, User

C = TypeVar("C", bound=Case)
TALK = ("reply", "note")
# What can happen to a case of any kind, without a step of its own: what follows the name of who did it.
OF_ANY: Mapping[str, Callable[[], str]] = {
    "redact": lambda: _("heeft tekst of bestanden definitief weggehaald."),
    "reveal_bsn": lambda: _("heeft bekeken wat in quarantaine staat."),
    "release_bsn": lambda: _("heeft teruggezet wat in quarantaine stond."),
    "destroy_bsn": lambda: _("heeft vernietigd wat in quarantaine stond."),
}


def steps_of(model: type[Case]) -> dict[str, Transition]:
    """Every declared transition by its verb."""
    meta: Any = model._meta
    return {step.name: step for step in meta.get_field("state").get_all_transitions(model)}


@dataclass(frozen=True)
class Doors(Generic[C]):
    """One kind of case.

    `rows` is its gate, with the relations that pages and API show. `actions` holds a function for each verb,
    called with the case, `by`, `at`, `version` (not for words alone) and what was asked. `forms` says what a step
    asks: by the `form` that it declares, "reply" and "note" by their own names. `story` has a sentence for each
    verb in the trail, that follows the name of who did it. `messages` is the conversation, if there is one.
    """

    model: type[C]
    actions: Any
    rows: Callable[[User], QuerySet[C]]
    forms: Mapping[str, type[StepForm]]
    story: Mapping[str, Callable[[Event], str]]
    messages: Callable[[C], QuerySet[Any]] | None = None
    told: frozenset[str] = field(default_factory=frozenset)

    @property
    def steps(self) -> dict[str, Transition]:
        """Those that people take: with a label, or words of their own."""
        return {verb: step for verb, step in steps_of(self.model).items() if step.custom or verb in TALK}

    def asks(self, verb: str) -> type[StepForm]:
        step = self.steps[verb]
        return self.forms[step.custom["form"] if step.custom else verb]

    def offered(self, case: C, user: User) -> list[str]:
        """The verbs that `user` may do now, in order."""
        return [step.name for step in permitted(case, user) if step.name in self.steps]

    def do(self, case: C, verb: str, **given: Any) -> Any:
        """Call the action; returns what it returns. Raises `desk.door.Refused`."""
        return getattr(self.actions, verb)(case, **given)
