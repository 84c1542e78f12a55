"""The lock pins and hashes everything and says nothing about where it was fetched."""

import re

from ar_tools.test_databases import ROOT

LOCK = (ROOT / "requirements.lock").read_text()


def test_the_lock_holds_no_address() -> None:
    assert "://" not in LOCK


def test_every_entry_is_one_version_with_a_hash() -> None:
    entries = re.findall(r"^(?=\S)(?:.*\\\n)*.*$", LOCK, flags=re.MULTILINE)

    assert len(entries) > 50
    assert [entry for entry in entries if not re.match(r"[\w.-]+==\S+ ", entry) or "--hash=sha256:" not in entry] == []
