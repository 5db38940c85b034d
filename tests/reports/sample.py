"""Reports made by hand: a full one whose figures are known, and one of a month in which nothing happened."""

from __future__ import annotations

from typing import Any

from reports.monthly.shape import Correction, Facts, Report

PUBLISHED: Facts = {
    "number": "S26-00005", "state": "published", "published_at": "2026-06-03T09:12:00Z", "hash": "5f" * 32,
    "corrections": [],
}  # fmt: skip
DRAFT: Facts = {
    "number": "S26-00006",
    "state": "draft",
    "published_at": None,
    "hash": None,
    "corrections": [],
}
CORRECTION: Correction = {
    "at": "2026-06-20T08:00:00Z", "what": "Oplostijd P2", "was": "88,89 %", "becomes": "94,44 %",
    "reason": "Tweede Pinksterdag was niet als feestdag verwerkt.",
}  # fmt: skip


def norm(
    clock: str, priority: int, due: int, missed: list[str], excluded: dict[str, int] | None = None
) -> Any:
    met = due - len(missed)
    return {
        "clock": clock, "priority": priority, "due": due, "met": met, "missed": len(missed), "excluded": excluded or {},
        "percent": f"{100 * met / due:.2f}" if due else None, "promised": "90.00", "kept": met * 10 >= due * 9 if due else None,
        "missed_numbers": missed,
    }  # fmt: skip


def stretch(start: str, until: str, minutes: float, **given: Any) -> Any:
    usual = {"extent": "full", "counted": True, "reason": None, "evidence": "", "number": None}
    return {"from": start, "until": until, "minutes": minutes, **usual, **given}


def incident(
    number: str, subject: str, priority: int, received: str, resolved: str | None, **given: Any
) -> Any:
    usual = {"response_met": True, "resolution_met": True, "reopened_seconds": 0}
    return {
        "number": number, "subject": subject, "priority": priority, "received_at": received, "resolved_at": resolved, **usual, **given,
    }  # fmt: skip


def days(action: str, usual: float, peaks: dict[int, float]) -> list[Any]:
    return [
        {"day": f"2026-05-{day:02}", "action": action, "count": 900 + 13 * day,
         "p95": peaks.get(day, round(usual + (day * 7 % 5) * usual / 20, 2))}
        for day in range(1, 32)
    ]  # fmt: skip


def full() -> Report:
    """May 2026 of Dienst MDO: availability and most norms kept, resolution of P2 not, one day slow."""
    return {
        "version": 1, "month": "2026-05", "from": "2026-04-30T22:00:00Z", "until": "2026-05-31T22:00:00Z",
        "made_at": "2026-06-01T05:00:00Z",
        "scope": {"contractant": None, "contractant_name": None, "service": "mdo", "service_name": "Dienst MDO",
                  "supplier": "Voorbeeld Zorgsoftware"},
        "conclusion": {
            "kept": ["availability", "norm_response_p1", "norm_resolution_p1", "norm_response_p2", "norm_response_p3",
                     "norm_resolution_p3", "norm_response_p4"],
            "broken": ["performance", "norm_resolution_p2"], "nothing_due": ["norm_resolution_p4"],
        },
        "availability": {
            "whole": 44640, "counted": 66.5, "excluded": 135, "percent": "99.85", "promised": "99.70", "kept": True,
            "stretches": [
                stretch("2026-05-06T08:10:00Z", "2026-05-06T08:52:30Z", 42.5, number="M26-00412",
                        evidence="Bewaking: herstel om 10:52"),
                stretch("2026-05-12T18:00:00Z", "2026-05-12T20:00:00Z", 120, counted=False, reason="maintenance",
                        evidence="O26-00007, aangekondigd op 24 april", number="O26-00007"),
                stretch("2026-05-19T13:30:00Z", "2026-05-19T13:54:00Z", 24, extent="partial", number="M26-00455"),
                stretch("2026-05-27T21:50:00Z", "2026-05-27T22:05:00Z", 15, counted=False, reason="other_party",
                        evidence="Storingsbericht van de ketenpartij", number="M26-00478"),
            ],
        },
        "performance": {
            "actions": [
                {"action": "Dossier openen", "count": 34_120, "p50": 0.42, "p95": 1.31, "p99": 2.9, "max": 12.4,
                 "over_limit": 6, "over_baseline": 21, "baseline": 0.4},
                {"action": "MDO-lijst tonen", "count": 12_004, "p50": 0.81, "p95": 2.2, "p99": 5.1, "max": 9.1,
                 "over_limit": 0, "over_baseline": 0, "baseline": 1.0},
            ],
            "days": days("Dossier openen", 1.2, {19: 11.3, 20: 6.2}) + days("MDO-lijst tonen", 2.0, {}),
            "alerts": [
                {"at": "2026-05-19T13:31:00Z", "action": "Dossier openen", "rule": "limit", "seconds": 11.3, "number": "M26-00455"},
                {"at": "2026-05-20T07:12:00Z", "action": "Dossier openen", "rule": "baseline", "seconds": 6.2, "number": "M26-00459"},
            ],
        },
        "norm": [
            norm("response", 1, 3, []), norm("response", 2, 18, ["M26-00420"]), norm("response", 3, 41, ["M26-00401", "M26-00433"]),
            norm("response", 4, 12, [], {"duplicate": 1}), norm("resolution", 1, 3, []),
            norm("resolution", 2, 18, ["M26-00420", "M26-00431"], {"without_term": 1, "duplicate": 2}),
            norm("resolution", 3, 37, ["M26-00388"]), norm("resolution", 4, 0, []),
        ],
        "counts": {"received": {"question": 57, "incident": 74, "change": 9}, "closed": 131, "open_at_end": 28,
                   "by_priority": {"1": 3, "2": 18, "3": 41, "4": 12}},
        "incidents": [
            incident("M26-00412", "Inloggen lukt nergens meer", 1, "2026-05-06T08:11:00Z", "2026-05-06T08:52:30Z"),
            incident("M26-00420", "Deelnemers ontbreken in het MDO", 2, "2026-05-07T09:00:00Z", "2026-05-13T14:00:00Z",
                     response_met=False, resolution_met=False),
            incident("M26-00431", "Verslag wordt niet verstuurd", 2, "2026-05-11T12:40:00Z", None, resolution_met=False,
                     reopened_seconds=5400),
        ],
        "causes": [
            {"number": "P26-00031", "title": "Certificaat van de inlogvoorziening verlopen",
             "cause": "De verlenging stond op naam van een dienst die niet meer draait.",
             "factors": ["Geen waarschuwing vóór het verlopen"], "actions": ["Verlenging automatisch", "Controle elke maandag"],
             "meldingen": ["M26-00412"]},
        ],
        "releases": [
            {"number": "R26-00004", "version": "2026.5", "kind": "update", "released_on": "2026-05-12",
             "notes": "Agenda van het MDO toont ook gasten.\nHerstelt het verlies van deelnemers bij samenvoegen.",
             "documents": [{"name": "Releasenotes 2026.5.pdf", "url_path": "/releases/R26-00004/bestanden/1"}]},
        ],
        "maintenance": [
            {"number": "O26-00007", "from": "2026-05-12T18:00:00Z", "until": "2026-05-12T20:00:00Z", "announced_in_time": True},
            {"number": "O26-00009", "from": "2026-05-21T04:30:00Z", "until": "2026-05-21T05:00:00Z", "announced_in_time": False},
        ],
        "trend": {
            "months": ["2025-06", "2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03",
                       "2026-04", "2026-05"],
            "incidents": [61, 58, 49, 66, 70, 63, 52, 71, 64, 69, 68, 74],
            "availability": ["99.98", "99.91", "100.00", "99.95", "99.62", "99.97", "99.99", "99.88", "99.93", "100.00", "99.97", "99.85"],
            "signals": ["Inloggen: meer dan verwacht in mei 2026 (14, verwacht 5,2)"],
        },
        "structural": [{"number": "S26-00002", "ground": "priority_1", "quarter": "2026-Q2"}],
        "continuity": {
            "backups": [{"kind": "full_week", "expected": 4, "made": 4, "failed": 0},
                        {"kind": "differential_day", "expected": 31, "made": 30, "failed": 1},
                        {"kind": "full_year", "expected": 0, "made": 0, "failed": 0}],
            "recovery_tests": [{"on": "2026-05-18", "outcome": "succeeded", "with": "Ziekenhuis Duinzicht", "rpo_hours": 6.5, "rto_hours": 11}],
            "rpo_target": 24, "rto_target": 24,
        },
        "complaints": {"received": 2, "closed": 1, "open": 3},
    }  # fmt: skip


HOSTILE = '#panic("x") = *Kop* $x$ @ref <label> `code` \\ // /* [#link("https://x.example")[klik]] <script>alert(1)</script>'
LONG = ("Onbegrijpelijklangeonderwerpenzonderspaties" * 4)[:120]


def extreme() -> Report:
    """What breaks pages: hundreds of missed Incidents, long names, and texts that look like markup or a formula."""
    data: Any = full()
    numbers = [f"M26-{n:05}" for n in range(1, 501)]
    data["norm"][6] = norm("resolution", 3, 510, numbers)
    data["conclusion"]["broken"].append("norm_resolution_p3")
    data["conclusion"]["kept"].remove("norm_resolution_p3")
    data["incidents"] = [
        incident(number, (HOSTILE, LONG, "=1+1", "Ünïcödé 漢字 🙂 العربية")[n % 4], 3, "2026-05-04T08:00:00Z", None, resolution_met=False)
        for n, number in enumerate(numbers)
    ]  # fmt: skip
    data["scope"]["service_name"] = data["scope"]["supplier"] = LONG
    data["availability"]["stretches"][0]["evidence"] = HOSTILE
    data["causes"][0].update(title=HOSTILE, cause=LONG, factors=[HOSTILE, LONG], actions=["-1"])
    data["releases"][0].update(
        notes=HOSTILE + "\n\n" + LONG, documents=[{"name": LONG, "url_path": "/releases/1"}]
    )
    data["performance"]["actions"] = [
        {**data["performance"]["actions"][0], "action": f"{n} {LONG}"[:120]} for n in range(12)
    ]
    data["performance"]["days"] = [one for n in range(12) for one in days(f"{n} {LONG}"[:120], n / 2, {})]
    data["trend"]["signals"] = [HOSTILE] * 3
    return data  # type: ignore[no-any-return]


def empty() -> Report:
    """A February in which nothing came in, nothing failed and nothing was measured."""
    return {
        "version": 1, "month": "2026-02", "from": "2026-01-31T23:00:00Z", "until": "2026-02-28T23:00:00Z",
        "made_at": "2026-03-02T06:00:00Z",
        "scope": {"contractant": "huisarts-de-linde", "contractant_name": "Huisartsenpraktijk De Linde", "service": "mdo",
                  "service_name": "Dienst MDO", "supplier": "Voorbeeld Zorgsoftware"},
        "conclusion": {"kept": ["availability"], "broken": [],
                       "nothing_due": ["performance", *(f"norm_{clock}_p{n}" for clock in ("response", "resolution") for n in (1, 2, 3, 4))]},
        "availability": {"whole": 40320, "counted": 0, "excluded": 0, "percent": "100.00", "promised": "99.70", "kept": True,
                         "stretches": []},
        "performance": {"actions": [], "days": [], "alerts": []},
        "norm": [norm(clock, priority, 0, []) for clock in ("response", "resolution") for priority in (1, 2, 3, 4)],
        "counts": {"received": {"question": 0, "incident": 0, "change": 0}, "closed": 0, "open_at_end": 0,
                   "by_priority": {"1": 0, "2": 0, "3": 0, "4": 0}},
        "incidents": [], "causes": [], "releases": [], "maintenance": [],
        "trend": {"months": ["2026-02"], "incidents": [0], "availability": ["100.00"], "signals": []},
        "structural": [],
        "continuity": {"backups": [], "recovery_tests": [], "rpo_target": 24, "rto_target": 24},
        "complaints": {"received": 0, "closed": 0, "open": 0},
    }  # fmt: skip
