"""What came in by mail, API or monitoring and seems to hold a BSN (SLA 9.4, art. 7): nothing is refused and nothing lost.

What is stored and shown has a mark in its place. The original is sealed, for who may look at it with a reason, who puts
it back or destroys it; after `desk.models.quarantine.KEPT_FOR` it is destroyed unseen.
"""

from __future__ import annotations

import json
import mimetypes
import re
import secrets
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _

from desk import attachments, file_guard, sealing, texts
from desk.arriving import WayIn, under_way
from desk.models import Case, Quarantined, Upload
from domain.bsn import digits_of, is_name

Kind, Source = Quarantined.Kind, Quarantined.Source
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no digits and no words
KEYS = frozenset(
    {"dedup_key", "fingerprint", "groupKey", "batch"}
)  # name a disturbance, or what was sent: have to stay the same, and to differ
ESCAPED = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})')
HEADER = "Desk-Masked"


def hold(content: bytes, kind: str, place: str, *, content_type: str = "", **fields: Any) -> Quarantined:
    """Seal `content`, which was found at `place`. Within `way_in`, and the caller's transaction where that has begun."""
    going = under_way.get()
    assert going is not None, "nothing is coming in"
    row = _sealed(going, content, kind, place, content_type=content_type[:100], **fields)
    going.add(row)
    return row


def hold_whole(content: bytes, place: str, **fields: Any) -> None:
    """The same for all that is coming in; what was taken out of it so far is part of that."""
    going = under_way.get()
    assert going is not None, "nothing is coming in"
    going.store(_sealed(going, content, Kind.MAIL, place, **fields))


def _sealed(going: WayIn, content: bytes, kind: str, place: str, **fields: Any) -> Quarantined:
    return Quarantined(
        mark="".join(secrets.choice(LETTERS) for _letter in range(6)), kind=kind, source=going.source, at=going.at,
        place=place[:60], sealed=sealing.seal(content), **fields,
    )  # fmt: skip


def masked(text: str, place: str, longest: int | None = None) -> str:
    """`text` with a mark for each BSN that seems to stand in it; outside `way_in` as it is."""
    going = under_way.get()
    if going is None:
        return text
    kept = texts.replaced(text, lambda number: mark_of(_number(number, place, going)))
    if kept == text:
        return text
    going.places += [place] if place not in going.places else []
    return kept[:longest]


def mark_of(row: Quarantined) -> str:
    return _("[BSN afgeschermd %(mark)s]") % {"mark": row.mark}


def steady_mark(number: str) -> str:
    """Of a number that is not held: the same for the same number."""
    return "".join(LETTERS[int(digit, 16)] for digit in sealing.digests(digits_of(number))[0][:6])


def _number(number: str, place: str, going: WayIn) -> Quarantined:
    """Monitoring says the same every minute: its number keeps the mark that it has."""
    digest = sealing.digests(digits_of(number))[0]
    if going.source == Source.MONITORING:
        known = Quarantined.objects.filter(
            digest=digest, source=going.source, outcome=Quarantined.Outcome.HELD
        )
        if (row := known.first()) is not None:
            return row
    return hold(number.encode(), Kind.NUMBER, place, digest=digest)


def is_held(path: str) -> bool:
    """Whether the mail that is stored there came in with a BSN, as it seems."""
    return Quarantined.objects.filter(path=path, kind=Kind.MAIL).exists()


def follow(path: str, case: Case) -> None:
    """What came in with the mail that is stored there turns out to belong to `case`."""
    rows = Quarantined.objects.filter(Q(path=path) | Q(part_of__path=path), case_id=None)
    rows.update(case_type=case.case_type, case_id=case.pk)


def taken_out() -> list[Quarantined]:
    """What was held within `way_in`, so far."""
    going = under_way.get()
    return going.rows if going else []


# --- Files


def hold_file(name: str, content: bytes, content_type: str, place: str) -> Quarantined:
    head = json.dumps({"name": name}).encode()
    return hold(head + b"\n" + content, Kind.FILE, place, content_type=content_type)


def opened(row: Quarantined) -> tuple[str, bytes]:
    """What was sealed, with its name where it is a file. Raises `ValueError` where the key is gone, or what was sealed."""
    content = sealing.unseal(bytes(row.sealed))
    if row.kind != Kind.FILE:
        return "", content
    head, _end, inside = content.partition(b"\n")
    return str(json.loads(head)["name"]), inside


def placeholder(row: Quarantined) -> tuple[str, bytes]:
    """The name and the content of what stands in for a file."""
    words = _("Dit bestand is afgeschermd: er lijkt een BSN in te staan. Kenmerk: %(mark)s.") % {
        "mark": row.mark
    }
    return placeholder_name(row), words.encode()


def placeholder_name(row: Quarantined) -> str:
    return f"afgeschermd-{row.mark}.txt"


def mark_in(name: str) -> str:
    """The mark in the name of what stands in for a file; empty for any other name."""
    found = re.fullmatch(r"afgeschermd-([A-Z]+)\.txt", name)
    return found[1] if found else ""


def screened(uploads: list[Upload], place: str = "files") -> list[Upload]:
    """`uploads` with something that stands in for each that seems to hold a BSN; within `way_in`. Raises
    `Invalid` for one of those that is not taken for another reason."""
    return [_screened(upload, place) for upload in uploads]


def _screened(upload: Upload, place: str) -> Upload:
    content, name = upload.read(), upload.name or ""
    upload.seek(0)
    kind = mimetypes.guess_type(name)[0] or upload.content_type or ""
    if not file_guard.look(name, content, kind).text:
        return upload
    attachments.check_one(upload, words=False)  # what would be refused anyhow is not kept here either
    going = under_way.get()
    assert going is not None
    going.places += [place] if place not in going.places else []
    stand_in, words = placeholder(hold_file(name, content, kind, place))
    return UploadedFile(file=ContentFile(words), name=stand_in, size=len(words))


# --- What machines send


def masked_json(body: bytes) -> bytes:
    """A body of JSON, masked in its texts; as it is where nothing is wrong."""
    text = body.decode(errors="replace")
    twice: list[str] = []
    try:
        given = json.loads(text, object_pairs_hook=lambda pairs: _once(pairs, twice))
        clean = masked_tree(given, "body")
    except (ValueError, RecursionError):
        shown = ESCAPED.sub(lambda found: str(json.loads(f'"{found[0]}"')), text)
        kept = masked(shown, "body")
        return body if kept == shown else texts.storable(kept).encode()
    if clean == given and not twice:
        return body
    return json.dumps(clean, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _once(pairs: list[tuple[str, Any]], twice: list[str]) -> dict[str, Any]:
    """Of a name that is there `twice` the last value counts; nobody looks at the others, so they are not kept."""
    found = dict(pairs)
    twice += [] if len(found) == len(pairs) else list(found)[:1]
    return found


def masked_tree(value: Any, name: str) -> Any:
    """Whatever JSON can say, masked in its texts, and in numbers whose name says that they are BSN; what names a disturbance
    stays the same name, and tells nothing."""
    if isinstance(value, dict):
        return {masked(key, "key"): masked_tree(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [masked_tree(one, name) for one in value]
    if isinstance(value, str) and texts.bsn_in(value):
        return sealing.digests(value)[0] if name in KEYS else masked(value, name)
    if isinstance(value, int | str) and is_name(name) and texts.bsn_in(said := f"bsn {value}"):
        return masked(said, name)
    return value


def tell(response: Any, going: WayIn | None = None) -> None:
    """Say in a header of an answer of the API which fields were masked."""
    going = going or under_way.get()
    if going is not None and going.places:
        response[HEADER] = ", ".join(sorted(going.places))
