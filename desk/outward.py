"""Asking something of an address that somebody else named: only https, only the public internet, no redirect.

What is sent by webhooks goes through `desk.webhooks.sending`; this is for a library that brings its own requests.
"""

from __future__ import annotations

import socket
from typing import Any

from django.conf import settings
from requests import Session
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from desk.webhooks.sending import is_public


class _Connection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        """Judged by whom it reached, whatever the name said a moment before, and before a word is sent."""
        made = super()._new_conn()
        if not is_public(made.getpeername()[0]):
            made.close()
            raise NewConnectionError(self, "not a public address")
        return made


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}


def session() -> Session:
    """Whatever is refused is a `requests.RequestException`. A desk for trying out reaches what is near it as well."""
    made = Session()
    made.trust_env = False
    made.max_redirects = 0
    if not settings.EMBEDDED:
        made.mount("https://", _Adapter())
        del made.adapters["http://"]
    return made
