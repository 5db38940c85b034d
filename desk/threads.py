"""Which case a mail belongs to: Message-IDs that only this desk can make.

`<melding-17.3f2c….9a1b…@desk.example.nl>`: the case, what makes it unique, and a keyed digest of both. A mail
program puts it in In-Reply-To and References of an answer, whatever somebody does to the subject. Who may answer
is another question: a signature says where a mail belongs, not who sent it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SIGNED = re.compile(r"<([a-z_]{1,20})-(\d{1,18})\.([0-9a-f]{32})\.([0-9a-f]{24})@[^<>\s]{1,255}>")
ROOT = UUID(int=0)


def message_id(case_type: str, case_id: int, unique: UUID) -> str:
    """The Message-ID, with its brackets, of one mail about a case."""
    return f"<{case_type}-{case_id}.{unique.hex}.{_digest(case_type, case_id, unique)}@{host()}>"


def root(case_type: str, case_id: int) -> str:
    """The Message-ID that every mail about a case refers to, so that a mail program shows them together."""
    return message_id(case_type, case_id, ROOT)


def cases_in(headers: str) -> list[tuple[str, int]]:
    """The cases (type and id) named by genuine Message-IDs in In-Reply-To or References, in order, each once."""
    return list(dict.fromkeys((case_type, case_id) for case_type, case_id, _unique in _genuine(headers)))


def uniques_in(headers: str) -> list[UUID]:
    """What makes each of the genuine Message-IDs unique: of a notice its `message_id`."""
    return [unique for _case_type, _case_id, unique in _genuine(headers) if unique != ROOT]


def _genuine(headers: str) -> Iterator[tuple[str, int, UUID]]:
    for case_type, case_id, unique, digest in SIGNED.findall(headers):
        found = case_type, int(case_id), UUID(unique)
        if any(constant_time_compare(digest, _digest(*found, key)) for key in _keys()):
            yield found


def is_own(message_id: str) -> bool:
    """Whether the desk itself sent the mail with this Message-ID: then it came back, and is no answer."""
    return bool(cases_in(message_id))


def host() -> str:
    """The name after the @, that of the site."""
    return str(settings.SITE_URL).rpartition("/")[2].partition(":")[0]


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _digest(case_type: str, case_id: int, unique: UUID, key: str | None = None) -> str:
    text = f"{case_type}-{case_id}.{unique.hex}"
    return salted_hmac("desk.threads", text, secret=key, algorithm="sha256").hexdigest()[:24]
