"""Sessions: where somebody is signed in, for how long, and ending that.

The engine of Django's sessions in the database (SESSION_ENGINE), with the owner beside each.
"""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import db
from django.db.models import Exists, QuerySet
from django.dispatch import Signal, receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from desk.audit.here import address_of
from desk.models import ApiToken, Notice, Session, User
from desk.notices.kinds import secret_keys

DETAIL = timedelta(minutes=5)  # how finely use is noted; each note is a write
# Sent with `user`, within the transaction: what an app above this one gave out to them has to stop working as well.
shutting_out = Signal()
FRESH = timedelta(minutes=5)
# Read with a session in one query, because every page asks for it: the rows that belong to its user, and what apps above
# want to know, by the name of the attribute of the user that tells it.
related = ["user"]
asked: dict[str, Exists] = {}
_owner: ContextVar[User | None] = ContextVar("owner", default=None)
SINCE, SEEN, ADDRESS, AGENT = "signed_in_at", "seen_at", "address", "agent"


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> Any:
        return Session

    def _get_session_from_db(self) -> Session | None:
        rows = Session.objects.select_related(*related).annotate(**asked)
        row: Session | None = rows.filter(
            session_key=self.session_key, expire_date__gt=timezone.now()
        ).first()
        if row is None:
            self._session_key = None
        elif row.user is not None:
            row.user.__dict__.update({name: getattr(row, name) for name in asked})
        _owner.set(row.user if row else None)
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        row.address, row.agent = data.get(ADDRESS), data.get(AGENT, "")
        row.since, row.seen = _moment(data, SINCE), _moment(data, SEEN)
        return row


def owner(user_id: int) -> User | None:
    """The user with this id if the session read last is theirs, once: to be asked right after reading one."""
    user = _owner.get()
    _owner.set(None)
    return user if user is not None and user.pk == user_id else None


@receiver(user_logged_in)
def begin(request: HttpRequest, **_more: Any) -> None:
    """Note when and from where; Django has given the session a new key by now."""
    now = timezone.now().isoformat()
    request.session.update({
        SINCE: now, SEEN: now,
        ADDRESS: address_of(request),
        AGENT: request.META.get("HTTP_USER_AGENT", "")[:300],
    })  # fmt: skip


def is_over(session: Any, now: datetime) -> bool:
    """Whether this session has lasted as long as one may, or lay unused for too long."""
    since, seen = _moment(session, SINCE), _moment(session, SEEN)
    if since is None or seen is None:
        return True
    return now - since >= settings.SESSION_LONGEST or now - seen >= settings.SESSION_IDLE


def is_fresh(session: Any, now: datetime) -> bool:
    """Whether this session has only just begun."""
    since = _moment(session, SINCE)
    return since is not None and now - since < FRESH


def note_use(session: Any, now: datetime) -> None:
    seen = _moment(session, SEEN)
    if seen is None or now - seen >= DETAIL:
        session[SEEN] = now.isoformat()


def of(user: User, now: datetime) -> QuerySet[Session]:
    """The sessions of `user` that still open something, the one used last first."""
    return Session.objects.filter(
        user=user, expire_date__gt=now, seen__gt=now - settings.SESSION_IDLE,
        since__gt=now - settings.SESSION_LONGEST,
    ).order_by("-seen", "session_key")  # fmt: skip


def handle(session_key: str) -> str:
    """How a page names a session: the key itself opens it."""
    return salted_hmac("session handle", session_key, algorithm="sha256").hexdigest()[:20]


def end(user: User, *, handles: set[str] | None = None, but: str | None = None) -> int:
    """End the sessions of `user`: all of them or those of `handles`, never the one with key `but`. How many."""
    keys = (
        Session.objects.filter(user=user).exclude(session_key=but or "").values_list("session_key", flat=True)
    )
    gone = [key for key in keys if handles is None or handle(key) in handles]
    return Session.objects.filter(session_key__in=gone).delete()[0]


def shut_out(user: User, at: datetime) -> None:
    """Nothing that `user` was given opens anything from now on: password, sessions, API tokens, codes and links
    in mail, nor is anything more told to them."""
    end(user)
    user.set_unusable_password()  # a link to choose one was made with the former
    user.save(update_fields=["password"])
    ApiToken.objects.filter(user=user).delete()
    shutting_out.send(User, user=user)
    owed = Notice.objects.owed().filter(email__iexact=user.email)
    owed.filter(key__in=secret_keys()).update(data={})
    owed.update(dropped_at=at, dropped_because=Notice.Dropped.LEFT)


def _moment(data: Any, name: str) -> datetime | None:
    told = data.get(name)
    return datetime.fromisoformat(told) if told else None
