"""docs/contract.md stays true: what it names exists, and says itself which clause it is about."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[2]
CONTRACT = BASE / "docs" / "contract.md"
TEXT = CONTRACT.read_text()
ROW = re.compile(r"^\| ((?:SLA|VWO|art\.) [\d.]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
REFERENCE = re.compile(r"`([^`]+)`")
ROWS = ROW.findall(TEXT)
# `SLA 2.21, 2.25` and `test_sla_4_1_and_4_2_telephone` name two clauses each.
CITED = re.compile(
    r"(?<![a-z])(?<!AVG )(SLA|VWO|art\.)[ _](\d+(?:[._]\d+)*(?:(?:, |,? and |_and_)\d+(?:[._]\d+)*)*)",
    re.IGNORECASE,
)
NO_CLAUSE = {"SLA 1.0"}  # the version of the SLA, not a clause
APPS = [
    "domain",
    "desk",
    "contractants",
    "sla",
    "incidents",
    "problems",
    "changes",
    "complaints",
    "reports",
    "privacy",
    "mdo_desk",
]


def clauses(text: str) -> set[str]:
    """The clauses that `text` cites, each as `SLA 2.21`."""
    return {
        f"{'art.' if source.lower() == 'art.' else source.upper()} {number.replace('_', '.')}"
        for source, numbers in CITED.findall(text)
        for number in re.split(r",? and |, |_and_", numbers)
    }


def cites(references: list[str], clause: str) -> bool:
    return any(clause in clauses((BASE / name.partition("::")[0]).read_text()) for name in references)


def test_every_line_of_the_table_is_read() -> None:
    lines = [line for line in TEXT.splitlines() if re.match(r"\| (SLA|VWO|art)", line)]
    assert len(lines) == len(ROWS) > 30
    assert len({(clause, promise) for clause, promise, _code, _tests in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_code_and_test_exist(row: tuple[str, str, str, str]) -> None:
    code, tests = REFERENCE.findall(row[2]), REFERENCE.findall(row[3])
    assert code, "no code named"
    assert tests, "no test named"
    missing = [reference for reference in code + tests if not exists(reference)]
    assert not missing
    assert all(reference.startswith("tests/") and "::test_" in reference for reference in tests)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_code_and_test_cite_the_clause(row: tuple[str, str, str, str]) -> None:
    clause, _promise, code, tests = row
    for column in (code, tests):
        assert cites(REFERENCE.findall(column), clause), f"{clause} is cited in none of {column}"


def test_no_clause_that_code_cites_is_left_out() -> None:
    files = [path for app in APPS for path in (BASE / app).rglob("*") if path.suffix in {".py", ".toml"}]
    cited = {clause: path for path in files for clause in clauses(path.read_text())}
    named = clauses(TEXT)
    left_out = {
        clause: str(path)
        for clause, path in cited.items()
        if clause not in NO_CLAUSE and not any(f"{one}.".startswith(f"{clause}.") for one in named)
    }
    assert not left_out


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(SLA 2.21, 2.25)", {"SLA 2.21", "SLA 2.25"}),
        ("SLA 9.2: so; SLA 7.3 and 7.4.", {"SLA 9.2", "SLA 7.3", "SLA 7.4"}),
        ("def test_sla_4_1_and_4_2_telephone", {"SLA 4.1", "SLA 4.2"}),
        ("Art. 1.17, art. 3.2", {"art. 1.17", "art. 3.2"}),
        ("12 SLAs in 2.5 hours", set()),
    ],
)
def test_citations_are_understood(text: str, found: set[str]) -> None:
    assert clauses(text) == found


def exists(reference: str) -> bool:
    """`path`, or `path::name` with a class, function or constant of that name in the file."""
    path, _, name = reference.partition("::")
    file = BASE / path
    if not file.exists() or not name:
        return file.exists()
    if file.suffix != ".py":
        return name in file.read_text()
    return name in names_in(ast.parse(file.read_text()))


def names_in(tree: ast.Module) -> set[str]:
    found = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found
