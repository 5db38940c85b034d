"""Releases with their documents, and Onderhoud (SLA 7.1, 13)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.monthly import words
from reports.monthly.document import Block, Chapter, Column, Entry, Link, Row, Table, Text
from reports.monthly.shape import Maintenance, Release, Report


def releases(data: Report) -> Chapter:
    blocks: list[Block] = [_release(one) for one in data["releases"]] or [
        Text(_("Er is in deze maand geen release vrijgegeven."))
    ]
    return Chapter("releases", _("Releases"), blocks)


def _release(one: Release) -> Entry:
    title = _("%(version)s, %(kind)s van %(day)s") % {
        "version": one["version"], "kind": words.named(words.RELEASE_KINDS, one["kind"]), "day": words.on(one["released_on"]),
    }  # fmt: skip
    links = [Link(document["name"], document["url_path"]) for document in one["documents"]]
    return Entry(one["number"], title, lines=one["notes"].splitlines(), links=links)


def maintenance(data: Report) -> Chapter:
    found = data["maintenance"]
    title = _("Onderhoud")
    if not found:
        return Chapter("onderhoud", title, [Text(_("Er is in deze maand geen onderhoud uitgevoerd."))])
    late = sum(not one["announced_in_time"] for one in found)
    told = ngettext("Er was %(n)d keer onderhoud.", "Er was %(n)d keer onderhoud.", len(found)) % {
        "n": len(found)
    }
    after = (
        ngettext("Daarvan is %(n)d niet op tijd aangekondigd.", "Daarvan zijn er %(n)d niet op tijd aangekondigd.", late) % {"n": late}
        if late else _("Alles is op tijd aangekondigd.")
    )  # fmt: skip
    return Chapter("onderhoud", title, [Text(f"{told} {after}"), _table(found)])


def _table(found: list[Maintenance]) -> Table:
    columns = [
        Column(_("Nummer"), is_case=True),
        Column(_("Van")),
        Column(_("Tot")),
        Column(_("Aangekondigd")),
    ]
    rows = [
        Row([one["number"], words.at(one["from"]), words.at(one["until"]), words.met(one["announced_in_time"])], "" if one["announced_in_time"] else "late")
        for one in found
    ]  # fmt: skip
    return Table(_("Onderhoud in deze maand"), columns, rows)
