"""What the sample pages show. All people and organisations are made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass
class Person:
    name: str = "Sam de Vries"
    email: str = "sam.devries@example.nl"
    initials: str = "SV"
    is_authenticated: bool = True
    is_staff: bool = True

    def __str__(self) -> str:
        return self.name


class Answer(forms.Form):
    solution = forms.CharField(
        label="Oplossing", widget=forms.Textarea, help_text="Wat u hier schrijft, gaat naar de melder."
    )
    workaround = forms.BooleanField(label="Dit is een workaround", required=False)


class Report(forms.Form):
    name = forms.CharField(label="Uw naam")
    email = forms.EmailField(label="E-mailadres", help_text="Hierop ontvangt u ons antwoord.")
    kind = forms.ChoiceField(
        label="Waar gaat het om?",
        widget=forms.RadioSelect,
        choices=[
            ("incident", "Iets werkt niet"),
            ("question", "Ik heb een vraag"),
            ("change", "Ik wil iets laten wijzigen"),
        ],
    )
    service = forms.ChoiceField(label="Dienst", choices=[("", "Kies een Dienst"), ("mdo", "Dienst MDO")])
    description = forms.CharField(
        label="Wat gebeurt er?",
        widget=forms.Textarea(attrs={"data-draft": "report"}),
        help_text="Beschrijf wat u deed, wat u verwachtte en wat er gebeurde.",
    )
    photo = forms.FileField(label="Foto of video", required=False)
    masked = forms.BooleanField(label="Op de foto of video zijn geen persoonsgegevens te zien")


def clock(label: str, state: str, percent: float, headline: str, sub: str, **more: Any) -> dict[str, Any]:
    return {"label": label, "state": state, "percent": percent, "headline": headline, "sub": sub, **more}


def row(priority: int, number: str, subject: str, where: str, state: str, label: str, *clocks: Any) -> Any:
    return {
        "priority": priority, "number": number, "subject": subject, "where": where,
        "state": state, "label": label, "clocks": clocks,
        "initials": "" if state == "received" else "SV", "name": "Sam de Vries",
    }  # fmt: skip


ROWS = [
    row(1, "M26-00871", "Dienst MDO onbereikbaar", "Monitoring · 3 contractanten · Dienst MDO",
        "received", "ontvangen",
        clock("Reactie", "warn", 32, "nog 0:41", "10:52"), clock("Oplossing", "running", 2, "nog 23:41", "di 09:52")),
    row(2, "M26-00858", "Verslag komt dubbel terug in EPD", "Ziekenhuis De Linde · Koppeling XIS",
        "in_progress", "in behandeling",
        clock("Reactie", "met", 30, "gehaald", "in 1:12"), clock("Oplossing", "late", 100, "0:35 te laat", "09:36")),
    row(2, "M26-00869", "Voorzitter kan vergadering niet afsluiten", "Kliniek Duinrand · Dienst MDO",
        "reopened", "heropend",
        clock("Reactie", "missed", 100, "niet gehaald", "in 4:20"), clock("Oplossing", "running", 7.5, "nog 1 wd 6:58", "wo 09:09")),
    row(3, "M26-00852", "Beelden traag bij openen dossier", "Oncologienetwerk Noord · Vitaly-platform",
        "waiting_for_chain", "wacht op keten",
        clock("Reactie", "met", 39, "gehaald", "in 3:05"), clock("Oplossing", "paused", 71, "gepauzeerd", "nog 4 wd")),
    row(4, "M26-00847", "Hoe voeg ik een deelnemer toe?", "Huisartsenzorg Veluwe · vraag",
        "resolved", "opgelost",
        clock("Reactie", "met", 2, "gehaald", "in 0:20"), clock("Oplossing", "untimed", 0, "geen termijn", "in overleg")),
]  # fmt: skip

VIEWS = [
    {"title": "Weergaven", "views": [
        {"label": "Alles open", "url": "#", "count": 47, "active": True},
        {"label": "Van mij", "url": "#", "count": 9},
        {"label": "Niet opgepakt", "url": "#", "count": 6},
        {"label": "Prioriteit 1", "url": "#", "count": 1, "hot": True},
        {"label": "Dreigt te laat", "url": "#", "count": 4},
        {"label": "Te laat", "url": "#", "count": 2, "hot": True},
        {"label": "Wacht op contractant", "url": "#", "count": 8},
        {"label": "Wacht op keten", "url": "#", "count": 3},
    ]},
    {"title": "Bewaard", "views": [
        {"label": "Koppelingen XIS", "url": "#", "count": 5},
        {"label": "Regio Zuid", "url": "#", "count": 11},
    ]},
]  # fmt: skip

HOURS = [(x / 10, f"{7 + n:02}") for n, x in ((n, round(10_000 * n / 11)) for n in range(0, 12, 2))]


def block(start: float, end: float, kind: str) -> dict[str, Any]:
    """A stretch between two hours of the clock, on an axis of 07 to 18."""
    text = " tot ".join(f"{int(hour):02}:{round(hour % 1 * 60):02}" for hour in (start, end))
    return {"x": (start - 7) / 11 * 1000, "width": (end - start) / 11 * 1000, "kind": kind, "text": text}


STRIP = {
    "hours": HOURS,
    "days": [
        {"label": "do 23 april", "blocks": [block(15.0667, 17, "counted")], "total": "1:56"},
        {"label": "vr 24 april", "total": "5:00",
         "blocks": [block(9, 9.5, "counted"), block(9.5, 11, "hold"), block(11, 15.5, "counted")]},
        {"label": "za – zo", "blocks": [], "caption": "weekend", "total": "0:00"},
        {"label": "ma 27 april", "blocks": [], "caption": "Koningsdag", "total": "0:00"},
        {"label": "di 28 april", "total": "7:34", "due_x": (16.5667 - 7) / 11 * 1000,
         "blocks": [block(9, 10.1, "counted"), block(10.1, 16.5667, "rest")]},
    ],
    "sum_label": "Geteld tot nu 8:02, nog 6:28",
    "sum_total": "14:30",
}  # fmt: skip

CLOCKS = [
    clock("Reactie", "met", 30, "gehaald", "In 1:12 van 4:00 uur.", verdict="gehaald"),
    clock("Oplossing", "running", 55.4, "nog 6:28", "2 werkdagen, ontvangen do 15:04. Nog 6:28 te gaan.",
          verdict="di 28 april 16:34", strip=STRIP),
]  # fmt: skip


def entry(kind: str, author: str, initials: str, hour: int, minute: int, body: str, **more: Any) -> Any:
    at = datetime(2026, 4, 23, hour, minute, tzinfo=AMSTERDAM)
    return {"id": hour * 100 + minute, "kind": kind, "author": author, "initials": initials, "at": at,
            "body": body, **more}  # fmt: skip


ENTRIES = [
    entry("public", "Noor Verhagen", "NV", 15, 4,
          "Sinds de vergadering van vanochtend staat het verslag wel in de dienst, maar het verschijnt niet in ons"
          " EPD. Zes gebruikers hebben hier last van.\n\nOpnieuw versturen helpt niet.",
          role="Ziekenhuis De Linde", channel="portal", channel_label="portaal",
          attachments=[{"name": "scherm-met-foutmelding.png", "url": "#", "size": 284_000, "kind": "image"},
                       {"name": "uitleg.pdf", "url": "#", "size": 31_000, "kind": "file"}]),
    entry("step", "Sam de Vries", "SV", 16, 16,
          "heeft opgepakt, contact gehad en de diagnose gestart. Reactietijd gehaald in 1:12."),
    entry("public", "Sam de Vries", "SV", 16, 31,
          "Dank voor de melding. Wij zien dat het bericht bij de koppeling wordt geweigerd. Kunt u het tijdstip"
          " van een van de vergaderingen doorgeven?", role="Supportafdeling", channel="mail", channel_label="e-mail"),
    entry("internal", "Sam de Vries", "SV", 16, 40,
          "Zelfde foutcode als M26-00791. Bekende fout PR-0031, workaround: afzender opnieuw registreren."),
    entry("step", "Sam de Vries", "SV", 16, 45, "wacht op de contractant. De klok is gepauzeerd volgens de voorwaarden."),
]  # fmt: skip

FACTS = [
    {"label": "Contractant", "value": "Ziekenhuis De Linde", "url": "#"},
    {"label": "Impact", "value": "gemiddeld, één afdeling"},
    {"label": "Urgentie", "value": "hoog, er kan niet gewerkt worden"},
    {"label": "Verwacht", "value": "prioriteit 2"},
    {"label": "Gebruikers", "value": "6"},
    {"label": "Voor het eerst", "value": "do 23 april 11:40"},
    {"label": "Herhaalbaar", "value": "niet opgegeven", "missing": True},
]

LEVELS = [
    ("Groot", "meer afdelingen, kritiek proces"),
    ("Gemiddeld", "één afdeling, meer gebruikers"),
    ("Klein", "enkele gebruikers"),
]
MATRIX = {
    "name": "matrix", "legend": "Impact en urgentie", "required": True,
    "help": "Hieruit volgen de prioriteit en de streeftijden.",
    "columns_title": "Urgentie", "rows_title": "Impact",
    "columns": [{"label": "Hoog", "help": "werken kan niet"}, {"label": "Gemiddeld", "help": "even te doen zo"},
                {"label": "Laag", "help": "er is een omweg"}],
    "rows": [
        {"label": label, "help": text, "cells": [
            {"value": f"{r}-{c}", "label": f"Impact {label.lower()}, urgentie {c}", "priority": min(1 + r + c, 4),
             "checked": (r, c) == (1, 0)} for c in range(3)]}
        for r, (label, text) in enumerate(LEVELS)
    ],
}  # fmt: skip

STEPS = [
    {"label": "Ontvangen", "at": "do 23 april 15:04", "done": True},
    {"label": "In behandeling", "at": "sinds do 16:16, door Sam de Vries", "current": True},
    {"label": "Opgelost", "at": "uiterlijk di 28 april 16:34"},
]


def everything() -> dict[str, Any]:
    wrong = Report({"name": "", "email": "noor@", "kind": "incident"})
    wrong.is_valid()
    return {
        "user": Person(), "nav": "worklist", "rows": ROWS, "groups": VIEWS, "strip": STRIP, "clocks": CLOCKS,
        "entries": ENTRIES, "facts": FACTS, "matrix": MATRIX, "steps": STEPS, "report": Report(), "wrong": wrong,
        "prios": [1, 2, 3, 4, None],
        "alarms": [{"number": "M26-00871", "url": "#", "subject": "Dienst MDO onbereikbaar voor 3 contractanten",
                    "left": "nog 0:41 om op te pakken", "note": "nog niet telefonisch overgedragen",
                    "action_url": "#", "version": 3}],
        "transitions": [
            {"name": "resolve", "label": "Oplossen", "url": "#", "look": "go", "form": Answer()},
            {"name": "wait", "label": "Wacht op contractant", "url": "#"},
            {"name": "wait_chain", "label": "Wacht op keten", "url": "#"},
            {"name": "escalate", "label": "Escaleren", "url": "#"},
        ],
        "opened": {"name": "resolve", "label": "Oplossen", "url": "#", "look": "go", "form": Answer({}), "open": True},
    }  # fmt: skip
