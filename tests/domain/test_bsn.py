"""A BSN is found in text however it is written, and little else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bsn import find_bsn


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("123456782", ["123456782"]),
        ("patiënt (123456782), zie bijlage.", ["123456782"]),
        ("nummer 123 456 782 doet het niet", ["123 456 782"]),
        ("1234.56.782", ["1234.56.782"]),
        ("12-34-56-782", ["12-34-56-782"]),
        ("123\u00a0456\u00a0782", ["123\u00a0456\u00a0782"]),
        ("in 2024 123456782 in 2025", ["123456782"]),
        ("123456782\n111222333", ["123456782", "111222333"]),
        ("bsn123456782", ["123456782"]),
        ("BSN: 12345672", ["12345672"]),
        ("BSN-nummer is 012345672", ["012345672"]),
        ("BSN van de patiënt: 1 2 3 4 5 6 7 8 2", ["1 2 3 4 5 6 7 8 2"]),
        ("Burgerservicenummer 123456782", ["123456782"]),
    ],
)
def test_a_bsn_is_found(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in find_bsn(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "123456789",  # fails the eleven test
        "000000000",
        "12345672",  # eight digits that nobody calls a BSN
        "bel 0612345678 of 088-1234567",
        "bel +31 612345678, 0031 612345678 of +31 (0)612345678",
        "M26-00864, INC-123456782, PR_123456782, #123456782, v123456782",
        "NL91ABNA0417164300 of NL91 ABNA 0417 1643 00",
        "1234567820, 0123456782 en 123 456 782 901",
        "1 123 456 782 regels",
        "€ 123456782,50 en 0.123456782",
        "order 2026-123456782 en 123456782-1",
        "bsn: onbekend, zie 2026",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find_bsn(text) == []


@given(st.integers(1, 99_999_999), st.sampled_from(["{}", "Zie {}.", "a\n{}\nb", "({})"]))
def test_each_number_that_passes_the_eleven_test_is_found_and_no_other(start: int, text: str) -> None:
    digits = f"{start:08d}"
    rest = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), digits, strict=True)) % 11
    for last in range(10):
        assert bool(find_bsn(text.format(f"{digits}{last}"))) == (last == rest)


def test_long_text_without_one_is_read_quickly() -> None:
    """No pattern may run away on what somebody pastes."""
    assert find_bsn("bsn " * 20_000 + "1 2 3 " * 20_000 + "." * 20_000) == []
