"""What a report says of its figures: the conclusion first, by how much, and what its plots show (SLA 13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from desk import drawing
from reports.monthly import chapters, charts, naming, words
from reports.monthly.chapters import availability, conclusion, continuity, norm, performance
from reports.monthly.document import Figures, Table, Text, Verdicts
from tests.reports import sample


@pytest.fixture(autouse=True)
def _dutch() -> Any:
    with translation.override("nl"):
        yield


def said(chapter: Any) -> list[str]:
    return [block.text.replace("\u00a0", " ") for block in chapter.blocks if isinstance(block, Text)]


def figures(data: Any) -> list[Any]:
    blocks = [block for chapter in chapters.of(data) for block in chapter.blocks]
    return [figure for block in blocks if isinstance(block, Figures) for figure in block.items]


def test_the_conclusion_says_what_was_kept_and_what_was_not_and_by_how_much() -> None:
    assert said(conclusion.chapter(sample.full())) == [
        "In mei 2026 zijn 7 van de 9 afspraken gehaald.",
        "Niet gehaald: prestaties, 6 metingen langer dan 10 seconden en 2 alerts; "
        "oplostijd P2, 88,89 % waar 90 % is afgesproken (2 van de 18 te laat).",
        "De Dienst was 99,85 % van de tijd beschikbaar (afgesproken is 99,7 %): 66,5 minuten uitval, van de 133,9 die mochten.",
        "Verder: 3 incidenten met prioriteit 1 en 1 structurele tekortkoming.",
    ]


def test_a_month_in_which_nothing_was_due_says_so() -> None:
    told = said(conclusion.chapter(sample.empty()))
    assert told[:2] == [
        "De ene afspraak die in februari 2026 te toetsen was, is gehaald.",
        "De Dienst was 100,00 % van de tijd beschikbaar (afgesproken is 99,7 %).",
    ]
    assert "Huisartsenpraktijk De Linde" in told[2]
    (verdicts,) = [one for one in conclusion.chapter(sample.empty()).blocks if isinstance(one, Verdicts)]
    assert [one.look for one in verdicts.items] == ["ok", "none", "none", "none"]


def test_too_little_availability_is_told_with_what_was_too_much() -> None:
    data: Any = sample.full()
    data["availability"].update(counted=200.5, percent="99.55", kept=False)
    data["conclusion"] = {"kept": ["norm_response_p1"], "broken": ["availability"], "nothing_due": []}
    assert said(conclusion.chapter(data))[:2] == [
        "In mei 2026 is 1 van de 2 afspraken gehaald.",
        "Niet gehaald: beschikbaarheid, 99,55 % waar 99,7 % is afgesproken (200,5 minuten uitval, 66,6 te veel).",
    ]
    data["conclusion"] = {"kept": [], "broken": [], "nothing_due": ["availability"]}
    assert conclusion.summary(data) == "In mei 2026 viel er geen afspraak te toetsen."
    data["conclusion"] = {"kept": ["availability", "performance"], "broken": [], "nothing_due": []}
    assert conclusion.summary(data) == "Alle 2 afspraken die in mei 2026 te toetsen waren, zijn gehaald."


def test_what_does_not_count_is_told_with_its_reason() -> None:
    assert said(availability.chapter(sample.full()))[1] == (
        "Niet meegeteld: 120 minuten, aangekondigd onderhoud (SLA 7.2 a); 15 minuten, dienst van een ander (SLA 7.2 c)."
    )
    assert said(availability.chapter(sample.empty()))[1] == "Er was geen enkele onderbreking."


def test_how_far_from_the_norm_is_told_in_incidents() -> None:
    assert said(norm.chapter(sample.full())) == [
        "6 van de 7 normen zijn gehaald. Oplostijd P2 bleef op 88,89 %: met 1 incident meer op tijd was de norm gehaald."
    ]


def test_terms_with_norms_apart_have_names_apart() -> None:
    data: Any = sample.full()
    data["norm"].insert(1, {**data["norm"][0], "promised": "95.00"})
    tables = [block for block in norm.chapter(data).blocks if isinstance(block, Table)]
    names = [row.cells[0] for row in tables[0].rows]
    assert [name.replace("\u00a0", " ") for name in names[:3]] == [
        "Reactietijd P1 (norm 90 %)", "Reactietijd P1 (norm 95 %)", "Reactietijd P2",
    ]  # fmt: skip


def test_minutes_are_given_to_the_local_day_on_which_they_fell() -> None:
    """The last stretch of the sample goes over midnight in Amsterdam, at 22:00 UTC."""
    known = charts.per_day("2026-05", sample.full()["availability"]["stretches"])
    assert {(day.day, of): amount for (day, of), amount in known.items() if amount} == {
        (6, "telt mee"): 42.5, (12, "telt niet mee"): 120, (19, "telt mee"): 24, (27, "telt niet mee"): 10, (28, "telt niet mee"): 5,
    }  # fmt: skip


@pytest.mark.parametrize(("month", "hours"), [("2026-03", 743), ("2026-10", 745)])
def test_days_of_23_and_25_hours_lose_no_minute(month: str, hours: int) -> None:
    whole = {
        "2026-03": ("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
        "2026-10": ("2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z"),
    }
    known = charts.per_day(month, [sample.stretch(*whole[month], hours * 60)])
    assert sum(known.values()) == hours * 60


@pytest.mark.parametrize("make", [sample.full, sample.extreme])
def test_each_plot_says_in_words_what_it_shows_and_has_its_data_as_a_table(make: Callable[[], Any]) -> None:
    found = figures(make())
    assert found
    for figure in found:
        assert len(figure.says) > 40
        assert figure.table.rows
        assert all(len(row.cells) == len(figure.table.columns) for row in figure.table.rows)


def test_what_plots_say_is_what_they_show() -> None:
    told = [figure.says.replace("\u00a0", " ") for figure in figures(sample.full())]
    assert told[0].endswith("Dat was op 5 van de 31 dagen, het langst op 12 mei met 120 minuten.")
    assert "Oplostijd P2 88,89 % van 18" in told[1]
    assert told[1].endswith("Onder de norm: Oplostijd P2.")
    assert told[2].endswith(
        "het hoogst op 19 mei met 11,30 s. Op 1 dag lag die boven de grens van 10 seconden."
    )
    assert told[3].endswith("Die bleef elke dag onder de grens van 10 seconden.")
    assert told[4].endswith("minstens 49, hoogstens 74, en in de laatste maand 74.")
    assert told[5].endswith("0,3 % mag. Te veel in oktober 2025.")


def test_axes_start_at_nothing_and_the_limit_is_always_in_sight() -> None:
    specs = [figure.spec for figure in figures(sample.full())]
    assert specs[1]["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 100]
    assert {one["percent"] for one in specs[1]["data"]["values"]} >= {88.89, 100.0}
    for spec in specs[2:4]:
        low, high = spec["layer"][-1]["encoding"]["y"]["scale"]["domain"]
        assert (low, high > charts.LIMIT_SECONDS) == (0, True)
    lost = [one["amount"] for one in specs[5]["data"]["values"]]
    assert lost[-1] == pytest.approx(0.15)
    assert [one["over"] for one in specs[5]["data"]["values"]].count(True) == 1


def test_no_more_plots_than_can_be_read_those_that_stand_out_first() -> None:
    data: Any = sample.extreme()
    data["performance"]["actions"][7]["over_limit"] = 99
    (shown,) = [block for block in performance.chapter(data).blocks if isinstance(block, Figures)]
    assert len(shown.items) == performance.MOST_CHARTS
    assert shown.items[0].title.startswith("7 ")


@pytest.mark.django_db
def test_page_and_paper_draw_the_same_specification_in_their_own_colours() -> None:
    spec = figures(sample.full())[1].spec
    (page,), (paper,) = drawing.draw([spec]), drawing.printed([spec])
    assert "88,89\u00a0% (16 van 18)" in page
    assert "88,89\u00a0% (16 van 18)" in paper
    assert "var(--accent)" in page
    assert "var(" not in paper
    assert "#0b5c63" in paper
    assert not {"<script", "style=", "<image"} & {
        part for part in ("<script", "style=", "<image") if part in page
    }


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (0.04, "< 0,1"), (0.5, "0,5"), (66.0, "66"), (44640, "44.640"), (1234.56, "1.234,6")],
)
def test_a_number_has_the_decimals_it_needs_and_something_is_never_nothing(
    value: float, written: str
) -> None:
    assert words.number(value) == written


def test_what_nobody_named_shows_as_it_is() -> None:
    assert words.named(words.REASONS, "comet") == "comet"
    assert words.duration(5400) == "1:30 uur"
    assert words.duration(0) == words.NONE


@pytest.mark.parametrize("named", ["norm_opslaan", "norm_response_p9", "2026-02-30T10:00Z", "9999-12-31T23:59:59Z"])  # fmt: skip
def test_an_action_may_be_called_anything(named: str) -> None:
    assert naming.value(named) == named
    assert naming.name(f"performance/actions/{named}/count") == f"Performance: actie, {named}, aantal"


def test_a_correction_is_told_in_words() -> None:
    assert naming.value("norm_response_p1") == "Norm reactietijd P1"
    assert naming.value("2026-06-02T08:00:00Z") == "2 juni 2026 10:00"


def test_recovery_tests_are_those_of_twelve_months() -> None:
    assert said(continuity.chapter(sample.empty()))[-1] == (
        "In de afgelopen twaalf maanden is geen hersteltest gedaan; SLA 7.6 vraagt er elk jaar een."
    )
    told = continuity.chapter(sample.full()).blocks[-1]
    assert isinstance(told, Table)
    assert told.caption == "Hersteltesten in de twaalf maanden tot en met deze maand"
