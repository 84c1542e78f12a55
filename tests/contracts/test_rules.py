"""`docs/rules.md` is complete, and what it names as a proof exists and is about its rule."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import pytest

from ar_tools.test_databases import ROOT
from claims_api.ledger.events import LedgerEvent

PAGE: Final = (ROOT / "docs" / "rules.md").read_text()
_ROW: Final = re.compile(r"^\| (\S+) \| (.+?) \| (`.+`) \|$", re.MULTILINE)
# The sections of the model count their rules on the page itself; fewer than these were lost.
MODEL: Final = {"M1": 28, "M2": 20, "M3": 7}


def rows(page: str) -> list[tuple[str, str, list[str]]]:
    """(rule, what holds, tests) of each line of the tables."""
    return [(rule, text, proofs.strip("`").split("`<br>`")) for rule, text, proofs in _ROW.findall(page)]


def handbook_rules() -> list[str]:
    return [f"13.{n}" for n in (*range(1, 18), 20, 21, 22)]


def model_rules() -> list[str]:
    return [f"{section}.{n}" for section, count in MODEL.items() for n in range(1, count + 1)]


def faults(page: str) -> list[str]:
    wanted = {*handbook_rules(), *model_rules(), *(event.value for event in LedgerEvent)}
    found = [f"{rule}: has no row" for rule in sorted(wanted - {rule for rule, _, _ in rows(page)})]
    for rule, text, proofs in rows(page):
        found += [f"{rule}: {fault}" for proof in proofs for fault in _faults(rule, text, proof)]
    return found


def _faults(rule: str, text: str, proof: str) -> Iterator[str]:
    name, _, case = proof.partition("[")
    file, _, function = name.partition("::")
    if function not in functions(file):
        yield f"{name} does not exist"
    elif case and case.removesuffix("]") not in strings(file):
        yield f"{function} has no row {case.removesuffix(']')!r}"
    elif rule in list(LedgerEvent) and not re.search(rf"(?<![a-z0-9]){rule}(?![a-z0-9])", told(file, function), re.I):
        yield f"{proof} does not mention it"
    elif rule not in list(LedgerEvent) and not words(text) & words(f"{function} {case}"):
        yield f"{proof} has no word of its rule"


@cache
def functions(file: str) -> set[str]:
    """Names of the functions of a file below `tests/`; a file that is not there has none."""
    path = ROOT / "tests" / file
    text = path.read_text() if path.is_file() else ""
    return {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@cache
def strings(file: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text())
    return {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}


@cache
def told(file: str, function: str) -> str:
    """The test with its decorators, and the tables of its module."""
    text = (ROOT / "tests" / file).read_text()
    nodes = [node for node in ast.parse(text).body if _belongs(node, function)]
    parts = [part for node in nodes for part in (*getattr(node, "decorator_list", ()), node)]
    return "\n".join(ast.get_source_segment(text, part) or "" for part in parts)


def _belongs(node: ast.stmt, function: str) -> bool:
    return isinstance(node, ast.Assign | ast.AnnAssign) or getattr(node, "name", "") == function


def words(text: str) -> set[str]:
    """Beginnings of the words that say something."""
    return {word[:4] for word in re.findall(r"[a-z0-9]+", text.lower().replace("_", " ")) if len(word) > 3}


def test_every_rule_has_a_row_and_every_row_a_test_that_is_about_it() -> None:
    assert faults(PAGE) == []


def test_no_rule_is_listed_twice() -> None:
    rules = [rule for rule, _, _ in rows(PAGE)]

    assert sorted(rules) == sorted(set(rules))


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("| E15 |", "| E99 |", "E15: has no row"),
        ("::test_nothing_is_refunded", "::test_something_is_refunded", "13.9: refunds/test_refunds.py::test_something"),
        ("[withhold]", "[withheld]", "E36: test_an_amount_does_what_its_row_says has no row 'withheld'"),
        ("| E11 | ", "| E14 | ", "E14: receipts/test_patient_money.py::test_e11_a_patient_pays"),
        (
            "A5 is accepted and split: the claim keeps the first of its numbers.",
            "So.",
            "M3.3: intake/test_acknowledgements.py::test_a_split",
        ),
    ],
)
def test_a_planted_fault_is_found(was: str, becomes: str, fault: str) -> None:
    assert was in PAGE
    assert any(found.startswith(fault) for found in faults(PAGE.replace(was, becomes)))
