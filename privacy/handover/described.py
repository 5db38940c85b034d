"""What is in an archive, for people and for machines: a LEESMIJ in two languages and a JSON Schema."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import translation

from contractants.models import Contractant
from privacy.handover.rows import stored_fields
from privacy.handover.scope import HANDED, REFERRED, Owned, Referred

TYPES: list[tuple[type[Any], dict[str, Any]]] = [
    (models.ForeignKey, {"type": "string", "$comment": "key of another row"}),
    (models.DateTimeField, {"type": "string", "format": "date-time"}),
    (models.DateField, {"type": "string", "format": "date"}),
    (models.UUIDField, {"type": "string", "format": "uuid"}),
    (models.FileField, {"type": "string", "$comment": "name in this archive"}),
    (models.DecimalField, {"type": "string"}),
    (models.BooleanField, {"type": "boolean"}),
    (models.IntegerField, {"type": "integer"}),
    (models.FloatField, {"type": "number"}),
    (ArrayField, {"type": "array"}),
    (models.CharField, {"type": "string"}),
    (models.TextField, {"type": "string"}),
]
README = """# Gegevens van {name}

Dit zijn alle gegevens die de servicedesk van {name} bewaart, zoals ze waren op {at}.

- `data/*.jsonl`: per soort een bestand, elke regel is één JSON-object. Tijdstippen zijn UTC (ISO 8601). Een rij verwijst
  naar een andere met diens `key`: een nummer, een code of een openbaar id, of anders de plaats in het bestand (`#12`).
- `data/shared.*.jsonl`: waar meer contractanten mee te maken hebben en waarnaar wordt verwezen, zoals diensten en releases.
  Van medewerkers staan er alleen naam en rol.
- `csv/*.csv`: de belangrijkste lijsten om in een spreadsheet te openen.
- `files/`: bijlagen en binnengekomen mail, op openbaar id; de oorspronkelijke naam staat in de rij.
- `schema.json`: de velden van elke soort (JSON Schema).
- `manifest.json`: aantallen, en van elk bestand de grootte en de SHA-256.

Interne notities van de servicedesk zijn haar eigen werkaantekeningen en zitten er niet bij.

# Data of {name}

All data that the service desk keeps of {name}, as it was at {at}. `data/*.jsonl` has one JSON object a line for each
kind; moments are UTC; a row refers to another by its `key`: a number, a code or a public id, or else its place in its file
(`#12`). `data/shared.*.jsonl` is what others share and rows refer to, `csv/` has the main lists for a spreadsheet, `files/`
attachments and mail by public id. `schema.json` describes the fields, `manifest.json` counts rows and has the size and
SHA-256 of every file. Internal notes of the desk are its own working notes and are not included.

| | |
|---|---|
{counts}
"""


def readme(contractant: Contractant, counts: dict[str, int], at: datetime) -> str:
    lines = "\n".join(f"| {name} | {number} |" for name, number in counts.items())
    return README.format(name=contractant.name, at=f"{at:%Y-%m-%dT%H:%M:%SZ}", counts=lines)


@translation.override("en")
def schema() -> dict[str, Any]:
    """Of every line of every file with data."""
    kinds: list[tuple[str, Owned | Referred]] = [(kind.name, kind) for kind in HANDED]
    kinds += [(f"shared.{kind.name}", kind) for kind in REFERRED]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {name: _row(kind) for name, kind in kinds},
    }


def _row(kind: Owned | Referred) -> dict[str, Any]:
    found: dict[str, Any] = {"key": {"type": "string"}}
    for field in stored_fields(kind):
        found[field.name] = {"title": str(field.verbose_name), **_type(field)}
    for many in kind.model._meta.many_to_many if isinstance(kind, Owned) else ():
        found[many.name] = {"title": str(many.verbose_name), "type": "array", "items": {"type": "string"}}
    return {"type": "object", "properties": found, "required": list(found), "additionalProperties": False}


def _type(field: models.Field[Any, Any]) -> dict[str, Any]:
    if field.name == "case_id":
        return {"type": ["string", "null"], "$comment": "key of the case"}
    told = next((dict(told) for kind, told in TYPES if isinstance(field, kind)), {})
    if "type" in told and (field.null or isinstance(field, models.ForeignKey)):
        told["type"] = [told["type"], "null"]
    return told
