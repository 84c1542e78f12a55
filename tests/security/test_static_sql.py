"""What the services send to PostgreSQL names its practice everywhere, and sets nothing for a session."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ar_tools.postgres import ServerAddress
from ar_tools.test_databases import ROOT, DatabaseUrls, cloned

# Relative, because the tests are not on the import path.
from ..support.static_sql import captured, planned_faults  # noqa: TID252
from .conftest import in_process
from .contract import operations
from .recipes import RECIPES, seed

SOURCES = ("services", "shared/ar_shared")
_SESSION = re.compile(
    r"(?:^|;)\s*(?:SET\s+(?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)(?:SESSION\s+)?[\w.\"]+\s*(?:=|TO)\s*\S"
    r"|SET\s+SESSION\b|RESET\b|DISCARD\b|SET\s+ROLE\b)|set_config\s*\(|pg_advisory_lock\s*\(|pg_try_advisory_lock\s*\(",
    re.IGNORECASE,
)


@pytest.fixture
def two_databases(pg: ServerAddress, template_db: str) -> Iterator[tuple[DatabaseUrls, DatabaseUrls]]:
    with cloned(pg, template_db) as one, cloned(pg, template_db) as other:
        yield one, other


async def test_every_scan_of_a_table_of_practices_knows_its_practice(
    two_databases: tuple[DatabaseUrls, DatabaseUrls],
) -> None:
    used, unguarded = two_databases
    statements: set[str] = set()
    with captured(statements):
        async with in_process(used) as world:
            for practice in (world.north, world.south):
                await seed(world, practice)
            for key in operations():
                await world.control(key, world.north, await RECIPES[key](world, world.north))

    faults = await planned_faults(unguarded.admin, statements)

    assert faults == []
    assert len(statements) > 150


LINES_OF_A_CLAIM = "FROM claims.claim_line l WHERE l.claim_id = c.id"
LATERAL = "CROSS JOIN LATERAL (SELECT l.n FROM claims.claim_line l WHERE l.practice_id = c.practice_id LIMIT 1) l"
JOIN = "JOIN claims.claim_line l ON l.practice_id = c.practice_id AND l.claim_id = c.id"


@pytest.mark.parametrize(
    ("statement", "scanned"),
    [
        ("SELECT id FROM claims.claim WHERE id = $1", ["claims.claim"]),
        ("SELECT id FROM claims.claim WHERE practice_id = $2 AND id = $1", []),
        (f"SELECT (SELECT 1 {LINES_OF_A_CLAIM}) FROM claims.claim c WHERE practice_id = $1", ["claims.claim_line"]),
        (f"SELECT l.n FROM claims.claim c {LATERAL} WHERE c.practice_id = $1", ["claims.claim_line"]),
        (f"SELECT l.n FROM claims.claim c {JOIN} WHERE c.practice_id = $1", []),
        ("DELETE FROM claims.outbox WHERE id = ANY($1)", ["claims.outbox"]),
        ("UPDATE claims.claim SET external_id = $1 WHERE practice_id = 7", []),
        ("SELECT claim_id FROM claims_export.claim_v1 WHERE claim_id = $1", ["claims.claim"]),
        ("SELECT nothing FROM claims.claim", ["cannot be planned"]),
    ],
)
async def test_a_scan_without_its_practice_is_found(
    fresh_database: DatabaseUrls, statement: str, scanned: list[str]
) -> None:
    faults = await planned_faults(fresh_database.admin, [statement])

    assert [fault.split(" (")[0].split(":")[0] for fault in faults] == scanned


def test_no_source_sets_anything_for_a_session() -> None:
    files = [path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")]
    assert [f"{path.relative_to(ROOT)}: {text}" for path in files for text in session_settings(path)] == []


def session_settings(path: Path) -> list[str]:
    """Texts of a source file that would outlive their transaction, docstrings left out."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    texts = [_text(node) for node in ast.walk(tree) if id(node) not in docstrings and id(node) not in inside]
    return [text for text in texts if text and _SESSION.search(text)]


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "x" for part in node.values)
    return ""


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ('q = "SET statement_timeout = 5"', True),
        ('q = "BEGIN; set ar.practice_id to 7"', True),
        ('q = f"SET ar.practice_id = {n}"', True),
        ('q = "SET LOCAL statement_timeout = 5"', False),
        ('q = "BEGIN; SET LOCAL ar.practice_id = 7"', False),
        ("q = \"SELECT set_config('ar.practice_id', $1, false)\"", True),
        ('q = "SELECT pg_advisory_lock(1)"', True),
        ('q = "SELECT pg_advisory_xact_lock(1)"', False),
        ('q = "UPDATE claims.claim SET a = 1"', False),
        ('"""Set the clock = now."""', False),
        ('q = "SET TRANSACTION READ ONLY"', False),
        ('q = "RESET ALL"', True),
    ],
)
def test_a_setting_for_a_session_is_found(tmp_path: Path, source: str, is_found: bool) -> None:
    file = tmp_path / "source.py"
    file.write_text(source)
    assert bool(session_settings(file)) is is_found
