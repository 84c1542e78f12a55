"""Whoever writes a journal asks on which day it counts: read from the sources, so that no new writer is forgotten."""

import re
from collections.abc import Iterator
from pathlib import Path

import claims_api

SOURCES = Path(claims_api.__file__).parent
# Statements that insert journals themselves; everything else goes through `ledger.moves`.
WRITERS = {
    "claims/intake_sql.py",
    "claims/make_drafts_live.py",
    "ledger/moves.py",
    "submissions/queries.py",
}
# The statement of one claim reads the first open day with everything else it needs, in one round trip.
ASKS_ITSELF = {"claims/create_claim.py", "ledger/book_day.py"}


def sources() -> dict[str, str]:
    return {path.relative_to(SOURCES).as_posix(): path.read_text() for path in SOURCES.rglob("*.py")}


def undated_books(texts: dict[str, str]) -> Iterator[str]:
    """Places that name the day of a writer's books without having asked for it."""
    for name, text in texts.items():
        for match in re.finditer(r"\bBooks\(\n(?P<body>.*?)\n    \)", text, re.DOTALL):
            if "effective_on=await book_day(" not in match["body"]:
                yield name


def test_the_statements_that_insert_journals_are_known() -> None:
    assert {name for name, text in sources().items() if "INSERT INTO claims.journal " in text} == WRITERS


def test_the_rule_is_applied_in_one_place_and_in_the_statement_of_one_claim() -> None:
    using = {name for name, text in sources().items() if re.search(r"(?<![.\w])effective_on\(", text)}
    assert using == ASKS_ITSELF | {"ledger/effective_on.py"}


def test_every_writer_of_books_asks_for_the_day() -> None:
    assert list(undated_books(sources())) == []


def test_callers_of_the_other_statements_ask_for_the_day() -> None:
    texts = sources()
    for name in ("claims/take_in_staged.py", "claims/make_drafts_live.py", "submissions/submit_claims.py"):
        assert "await book_day(connection" in texts[name], name


def test_books_that_were_not_asked_for_are_found() -> None:
    planted = "    return Books(\n        practice_id=1,\n        effective_on=acting.today,\n    )\n"

    assert list(undated_books({"a.py": planted})) == ["a.py"]
    assert list(undated_books({"a.py": planted.replace("acting.today", "await book_day(connection, 1)")})) == []
