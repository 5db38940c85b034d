"""ETag and If-Match: the version of what is read, so that nobody overwrites what they have not seen (RFC 9110)."""

from __future__ import annotations

import re
from typing import Protocol

from rest_framework.request import Request

TAG = re.compile(r'"(\d{1,9})"')
NO_VERSION = 0  # matches nothing, so that the door answers what happened meanwhile


class Versioned(Protocol):
    """A case, or what else is told apart by a number that every change raises."""

    @property
    def version(self) -> int: ...


def etag(case: Versioned) -> str:
    return f'"{case.version}"'


def version_in(request: Request, case: Versioned) -> int | None:
    """The version that If-Match names, for the door to compare under its lock; None where any will do.

    Of several tags the current one is taken; weak and foreign tags match nothing.
    """
    header = request.headers.get("If-Match", "").strip()
    if header in {"", "*"}:
        return None
    versions = [int(tag[1]) for part in header.split(",") if (tag := TAG.fullmatch(part.strip()))]
    if case.version in versions:
        return case.version
    return max(versions, default=NO_VERSION)
