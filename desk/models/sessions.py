"""Who is signed in where: the sessions of Django with what their owner, and an administrator, should see of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext as _


class Session(AbstractBaseSession):
    """One browser. Everything but `expire_date` repeats what the session itself holds, to be found by; without a
    user it belongs to a visitor. Deleting the row ends the session, at the next request and under one."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, editable=False, related_name="sessions"
    )
    address = models.GenericIPAddressField(null=True, editable=False)
    agent = models.CharField(max_length=300, editable=False)
    since = models.DateTimeField(null=True, editable=False)
    seen = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[BaseSessionManager[Any]] = BaseSessionManager()

    class Meta(AbstractBaseSession.Meta):
        indexes = [models.Index(fields=["user", "seen"], name="session_of_user")]

    @classmethod
    def get_session_store_class(cls) -> Any:
        from desk.sessions import SessionStore

        return SessionStore

    @property
    def browser(self) -> str:
        """The browser and the machine in words, as far as they tell."""
        names = {"browser": _first(BROWSERS, self.agent), "system": _first(SYSTEMS, self.agent)}
        if all(names.values()):
            return _("%(browser)s op %(system)s") % names
        return names["browser"] or names["system"] or _("Onbekende browser")


# In this order: most browsers also call themselves those that come later.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS X": "macOS",
           "Linux": "Linux"}  # fmt: skip


def _first(names: dict[str, str], agent: str) -> str:
    return next((name for sign, name in names.items() if sign in agent), "")
