"""ETag and If-Match: the version of a case, so that nobody overwrites what they have not seen (RFC 9110)."""

from __future__ import annotations

import re

from rest_framework.request import Request

from desk.models import Case

TAG = re.compile(r'"(\d{1,9})"')
NO_VERSION = 0  # matches no case, so that the door answers what happened meanwhile


def etag(case: Case) -> str:
    return f'"{case.version}"'


def version_in(request: Request, case: Case) -> int | None:
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
