"""Who answers now, who answers next, and where nobody is planned (SLA 4.1, 4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from desk.models import User
from desk.permissions import Role
from domain.hours import Calendar
from incidents.models import DutyTurn, Melding, Shift
from sla.adapter import Terms, terms
from sla.queries import AMSTERDAM, NoPolicy, held_on, published_versions

Span = tuple[datetime, datetime]
MONDAY = date(1970, 1, 5)


@dataclass(frozen=True)
class Hours:
    """`office`: when the Supportafdeling works (SLA 4.1); `cover`: when somebody answers a P1 (SLA 4.2)."""

    office: Calendar
    cover: Calendar

    def answers(self, at: datetime, priority: int) -> bool:
        """Whether somebody is there at `at` for this priority."""
        return is_open(self.office, at) or (priority == 1 and is_open(self.cover, at))

    def next_answer(self, at: datetime, priority: int) -> datetime:
        """`at` itself, or the next moment at which somebody is there for this priority."""
        opens = self.office.effective(at)
        return min(opens, self.cover.effective(at)) if priority == 1 else opens


def is_open(calendar: Calendar, at: datetime) -> bool:
    return calendar.effective(at) == at


def never_closes(calendar: Calendar) -> bool:
    """Whether it counts every hour of every day."""
    whole_days = all(calendar.weekly.get(day) == (("00:00", "24:00"),) for day in range(7))
    return whole_days and not calendar.closed and not calendar.special


def hours_of(held: Terms) -> Hours:
    """Those on which the reactions of a policy are counted: P1 on the cover, P2 in Kantoortijden."""
    return Hours(office=held.calendars["response", 2], cover=held.calendars["response", 1])


def hours_for(melding: Melding) -> Hours:
    return hours_of(terms(melding.policy_version_id))


def hours_now(now: datetime) -> Hours:
    """Those of the default policy, which the roster follows."""
    return hours_of(terms(held_on(published_versions(), now).pk))


def on_duty(at: datetime, duty: str = Shift.Duty.ON_CALL) -> list[User]:
    """Who has a shift at `at`."""
    return [shift.person for shift in Shift.objects.at(at).filter(duty=duty).select_related("person")]


def answering(hours: Hours, at: datetime, priority: int = 1) -> list[User]:
    """Who answers at `at`, or else at the next moment that somebody does. Never nobody: where no shift was
    planned it is everyone with the role."""
    moment = hours.next_answer(at, priority)
    if is_open(hours.office, moment):
        return _planned_or_all(moment, Shift.Duty.SUPPORT, [Role.SUPPORT])
    return _planned_or_all(moment, Shift.Duty.ON_CALL, [Role.ON_CALL, Role.SUPPORT])


def _planned_or_all(moment: datetime, duty: str, roles: list[Role]) -> list[User]:
    """Who has a shift, else everyone with the first of these roles that somebody has; in one query."""
    planned = Exists(Shift.objects.at(moment).filter(duty=duty, person=OuterRef("pk")))
    users = User.objects.filter(is_active=True).annotate(planned=planned)
    found = list(users.filter(Q(planned=True) | Q(role__in=roles)).order_by("name", "id"))
    choices: list[list[User]] = [[user for user in found if user.planned]]
    choices += [[user for user in found if user.role == role] for role in roles]
    return next((people for people in choices if people), [])


# -- the roster


def to_cover(hours: Hours, first: datetime, last: datetime) -> Iterator[Span]:
    """The hours of the Beschikbaarheidsdienst: when a P1 is answered outside Kantoortijden (SLA 2.4)."""
    for cover in hours.cover.ledger(first, last):
        if cover.counted:
            for part in hours.office.ledger(cover.start, cover.end):
                if not part.counted:
                    yield part.start, part.end


def gaps(hours: Hours, first: datetime, last: datetime) -> list[Span]:
    """The hours of the Beschikbaarheidsdienst for which nobody is planned."""
    planned = Shift.objects.between(first, last).filter(duty=Shift.Duty.ON_CALL, person__is_active=True)
    taken = list(planned.order_by("starts_at").values_list("starts_at", "ends_at"))
    return [gap for span in to_cover(hours, first, last) for gap in without(span, taken)]


def without(span: Span, taken: Iterable[Span]) -> Iterator[Span]:
    """What is left of `span` outside `taken`, which is in order of its starts."""
    start, end = span
    for other_start, other_end in taken:
        if start < other_start < end:
            yield start, other_start
        if other_start < end:
            start = max(start, other_end)
    if start < end:
        yield start, end


def proposals(hours: Hours, first: datetime, last: datetime) -> list[Shift]:
    """A shift, not stored, for each gap that the week pattern has somebody for."""
    turns = {(turn.week, turn.weekday): turn.person for turn in DutyTurn.objects.select_related("person")}
    cycle = max((week for week, _day in turns), default=1)
    found = []
    for start, end in gaps(hours, first, last):
        person = _turn(turns, cycle, start.astimezone(AMSTERDAM).date())
        if person is not None and person.is_active:
            found.append(Shift(person=person, starts_at=start, ends_at=end))
    return found


def _turn(turns: dict[tuple[int, int | None], User], cycle: int, day: date) -> User | None:
    week = (day - MONDAY).days // 7 % cycle + 1
    return turns.get((week, day.weekday())) or turns.get((week, None))


def week_of(moment: datetime) -> datetime:
    """Monday 0:00 of the local week of `moment`."""
    day = moment.astimezone(AMSTERDAM).date()
    monday = day - timedelta(days=day.weekday())
    return datetime(monday.year, monday.month, monday.day, tzinfo=AMSTERDAM)


@dataclass(frozen=True)
class Answering:
    """Who answers a P1 now; or from `since` on, when nobody does now. No `people`: nobody is planned."""

    people: list[User]
    is_office: bool
    since: datetime | None


def now_and_next(now: datetime) -> Answering | None:
    """None on a desk that has no policy yet."""
    try:
        hours = hours_now(now)
    except NoPolicy:
        return None
    moment = hours.next_answer(now, priority=1)
    is_office = is_open(hours.office, moment)
    people = on_duty(moment, Shift.Duty.SUPPORT if is_office else Shift.Duty.ON_CALL)
    return Answering(people, is_office, None if moment == now else moment)
