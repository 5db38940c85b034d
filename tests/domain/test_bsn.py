"""A BSN is found in text however it is written, and little else is."""

import tracemalloc
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bsn import digits_of, find_bsn


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
        ("１２３４５６７８２", ["１２３４５６７８２"]),
        ("123\u200b456\u200b782", ["123\u200b456\u200b782"]),
        ("123&nbsp;456&nbsp;782 & meer", ["123&nbsp;456&nbsp;782"]),
        ("&#49;23456782", ["&#49;23456782"]),
        ("bsn:\n123\t456\t782", ["123\t456\t782"]),
        ("patiëntnummer 123456782", ["123456782"]),
        ("https://epd.example/?bsn=123456782", ["123456782"]),
        ("bsn 10.10.10.102", ["10.10.10.102"]),
        ("11.12.22.333", ["11.12.22.333"]),
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
        "+31-123456782, +352 123 456 782, 0049 123456782 en tel. 123456782",
        "toestel 12345, doorkiesnummer 088 123 45 67 82",
        "ordernummer 123456782, bestelnr. 123456782, ticket #123456782, order 123456782",
        "factuurnummer: 123456782, klantnr 123456782, ons kenmerk: 123 456 782, referentie=123456782",
        "KvK 12345672, kvk-nummer: 123456782, AGB-code 12345672, UZI-nummer 123456782, BTW NL123456782B01",
        "16-06-2026 10:00:00.123456782, 20260616, 2026.06.16",
        "10.111.222.333, 111.222.333.4, fe80::1234:5678",
        "€ 123.456.782, EUR 123456782, 123456782 bytes en 123456782 ms",
        "versie 123.456.782, build 123456782, pid=123456782, sessie-id: 123456782",
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


SAID = (
    "Bel ons op {phone} of mail.", "Order {order} is niet verwerkt.", "Zie ticket {ticket}.", "Factuur {order} van 3 mei.",
    "KvK {kvk}, IBAN NL{two}ABNA0{nine}.", "AGB {kvk}.", "De server {ip} antwoordt niet.", "Het kostte € {amount},50.",
    "Op {two}-06-2026 om 10:{two} uur bij {two} gebruikers.", "Versie 8.{two}.{two} (build {nine}).",
    "Foutcode 0x{nine}.", "UZI-nummer {nine}.", "Verwerkt: {nine} bytes in {two} ms.", "Transactie-id {nine}.",
)  # fmt: skip


def test_realistic_texts_without_one_hardly_ever_raise_an_alarm() -> None:
    """Fewer than one in a thousand (SLA 9.4): who is asked for nothing too often, stops reading."""
    chance = Random(9)

    def digits(length: int) -> str:
        return "".join(chance.choices("0123456789", k=length))

    alarms = 0
    for turn in range(4_000):
        numbers = {
            "phone": chance.choice([f"06{digits(8)}", f"06-{digits(8)}", f"+31 6 {digits(8)}", f"030 {digits(3)} {digits(2)} {digits(2)}",
                                    f"(0{digits(2)}) {digits(7)}", f"+31 (0){digits(9)}", f"0031 {digits(9)}"]),
            "order": chance.choice([digits(8), digits(9), digits(10), f"2026-{digits(9)}"]),
            "ticket": chance.choice([f"INC{digits(9)}", f"#{digits(9)}", f"M26-{digits(5)}"]),
            "kvk": digits(8), "nine": digits(9), "two": digits(2), "ip": ".".join(str(chance.randint(1, 255)) for _ in range(4)),
            "amount": f"{digits(3)}.{digits(3)}.{digits(3)}",
        }  # fmt: skip
        alarms += bool(find_bsn(SAID[turn % len(SAID)].format(**numbers)))
    assert alarms < 4


@given(st.text(alphabet="0123456789abc .-\u200b\n&;#１２", max_size=60))
def test_what_is_found_is_in_the_text_and_passes_by_itself(text: str) -> None:
    for start, end in find_bsn(text):
        assert find_bsn(f"bsn {text[start:end]}")
        assert len(digits_of(text[start:end])) == 9


@pytest.mark.parametrize("said", ["{}", "http://{}/x", 'instance="{}"', "{}:9100", "van {},"])
def test_the_address_of_a_machine_is_none(said: str) -> None:
    """Of all that are grouped as a BSN may be: two digits, two, two and three."""
    addresses = [f"10.10.{third}.{last}" for third in range(10, 100) for last in range(100, 256)]
    assert find_bsn("\n".join(map(said.format, addresses))) == []


def test_long_text_without_one_is_read_quickly() -> None:
    """No pattern may run away on what somebody pastes."""
    assert find_bsn("bsn " * 20_000 + "1 2 3 " * 20_000 + "." * 20_000) == []


def test_a_long_text_is_found_in_everywhere_and_takes_little_memory() -> None:
    """Also over the places where it is cut to be read."""
    number = " 123&nbsp;456\u200b\u00a0782 "
    text = "".join("é" * (99_980 + shift) + number for shift in range(0, 30, 6))
    found = [text[start:end] for start, end in find_bsn(text)]
    assert found == [number.strip()] * 5
    tracemalloc.start()
    assert find_bsn("１é & " * 50_000) == []
    assert tracemalloc.get_traced_memory()[1] < 25_000_000
    tracemalloc.stop()
