"""The outbox as a whole, and what an administrator may do to it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _

from desk.door import NotNow
from desk.models import Notice, Outbox
from desk.notices.owing import wake

PAUSE = timedelta(seconds=30)  # after the mail server did not answer; nothing is tried meanwhile


def outbox() -> Outbox:
    return Outbox.objects.first() or Outbox(pk=1)


def paused(now: datetime) -> bool:
    """Whether nothing may go out now: stilled by somebody, or just after the mail server did not answer."""
    state = outbox()
    return frozen(state) or bool(state.paused_until and state.paused_until > now)


def frozen(state: Outbox) -> bool:
    """Stilled on the page of the outbox, or by the environment of a desk that was put back from a copy."""
    return settings.OUTBOX_FROZEN or state.frozen_at is not None


def pause(at: datetime, error: str) -> None:
    Outbox.objects.update_or_create(pk=1, defaults={"paused_until": at + PAUSE, "error": error[:300]})


def unpause() -> None:
    Outbox.objects.filter(paused_until__isnull=False).update(paused_until=None, error="")


def freeze(at: datetime) -> None:
    """Send nothing until `thaw`; what is owed waits."""
    Outbox.objects.update_or_create(pk=1, defaults={"frozen_at": at})


def thaw() -> None:
    """Raises `NotNow` where the environment stills the outbox."""
    if settings.OUTBOX_FROZEN:
        raise NotNow(_("Het verzenden staat stil door OUTBOX_FROZEN; haal die instelling eerst weg."))
    Outbox.objects.update(frozen_at=None, paused_until=None, error="")
    transaction.on_commit(wake)


def retry(notice: Notice, *, at: datetime) -> None:
    """Have an owed or dropped notice tried at once, whatever its back-off says. Raises `NotNow` when it was sent, or is
    superseded."""
    if not retry_all(Notice.objects.filter(pk=notice.pk), at=at):
        raise NotNow(_("Dit bericht is al verzonden, of achterhaald."))


def retry_all(notices: QuerySet[Notice], *, at: datetime) -> int:
    """Those of `notices` that were not sent are tried at once, as if for the first time; returns how many. What is
    superseded stays dropped: whoever it was for may no longer be told."""
    found = (
        notices.filter(sent_at=None)
        .exclude(dropped_because=Notice.Dropped.SUPERSEDED)
        .update(next_try_at=at, attempts=0, error="", dropped_at=None, dropped_because="")
    )
    transaction.on_commit(wake)
    return found


def drop(notices: QuerySet[Notice], because: str, *, at: datetime) -> int:
    """Never send those of `notices` that still wait; `because` is one of `Notice.Dropped`. Returns how many."""
    waiting = notices.filter(sent_at=None, dropped_at=None)
    return waiting.update(dropped_at=at, dropped_because=because)


def figures(now: datetime) -> dict[str, object]:
    """How the outbox stands: for the page of the outbox."""
    owed, state = Notice.objects.owed(), outbox()
    oldest = Notice.objects.behind(now).aggregate(at=Min("created_at"))["at"]
    return {
        "waiting": owed.count(), "failing": owed.filter(attempts__gt=0).count(),
        "later": owed.filter(attempts=0, next_try_at__gt=now).count(), "oldest": oldest,
        "next": owed.aggregate(at=Min("next_try_at"))["at"],
        "undelivered": Notice.objects.filter(dropped_because__in=["rejected", "broken"]).count(),
        "frozen": frozen(state), "by_environment": settings.OUTBOX_FROZEN,
        "paused_until": state.paused_until if state.paused_until and state.paused_until > now else None,
        "error": state.error,
    }  # fmt: skip
