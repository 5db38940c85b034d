"""Instants as integers: whole UTC seconds since 1970 and the microseconds beyond them, never a float."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.errors import WrongInput

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MICROSECONDS = 1_000_000
DAY = 86_400
_from_timestamp = datetime.fromtimestamp  # looked up once: this is where the time of a deadline goes


def split(instant: datetime) -> tuple[int, int]:
    """The whole seconds and the microseconds of an aware datetime; a naive one is refused."""
    try:
        since = instant - EPOCH
    except TypeError:
        raise WrongInput("naive", "{value!r} is not a datetime with a time zone", value=instant) from None
    return since.days * DAY + since.seconds, since.microseconds


def join(seconds: int, microseconds: int = 0) -> datetime:
    """The instant, in UTC."""
    instant = _from_timestamp(seconds, UTC)
    return instant.replace(microsecond=microseconds) if microseconds else instant


def utc(instant: datetime) -> datetime:
    """The same instant in UTC; a naive one is refused."""
    return join(*split(instant))


def ticks(start: datetime, end: datetime) -> int:
    """How many whole seconds tick by from start to end; abutting spans add up exactly."""
    return split(end)[0] - split(start)[0]


def zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise WrongInput("unknown_zone", "unknown time zone {zone!r}", zone=name) from None


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a local day begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
