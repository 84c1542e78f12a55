"""The same main job on the user's own files: 837 out to the simulated payers, or with the 835 that answers it."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from ar_shared.kernel.npi import is_valid_npi
from ar_shared.x12.findings import UnreadableFileError
from ar_shared.x12.tokens import Segment, tokenize
from ar_tools.demo.api import Api
from ar_tools.demo.half_year import ZONE
from ar_tools.demo.run import Show, settle

_ANSWERS_WITHIN: Final = timedelta(days=60)
_SETS_OF_PAYERS: Final = frozenset({"835"})
_NO_NPI: Final = "1234567893"
_SERVICE_DATES: Final = frozenset({"472", "434", "232", "150"})


@dataclass(slots=True)
class Glance:
    """What must be known of the files before they are sent: who bills or is paid, which sets, the last day."""

    sets: set[str] = field(default_factory=set)
    billers: dict[str, dict[str, str]] = field(default_factory=dict)
    last_day: date | None = None

    @property
    def has_answers(self) -> bool:
        return bool(self.sets & _SETS_OF_PAYERS)


def run_own_files(api: Api, paths: list[Path], show: Show, console: Console) -> None:
    """Make the sandbox practice the biller of these files, take them in, let payers answer what they can."""
    contents = {path: path.read_bytes() for path in paths}
    glance = Glance()
    for content in contents.values():
        look_at(content, glance)
    for number, biller in enumerate(glance.billers.values(), start=1):
        api.put("claims_api", f"/v1/billing-entities/by-external-id/OWN-{number}", _billing_entity(biller))
    start = datetime.combine((glance.last_day or date(2026, 1, 5)) + timedelta(days=1), time(12), ZONE)
    api.post("claims_api", "/v1/test-clock", {"at": start.isoformat()})
    purpose = "already_submitted" if glance.has_answers else "submit"
    ordered = sorted(contents.items(), key=lambda pair: b"ST*835" in pair[1])
    files: list[tuple[str, Any]] = []
    for number, (path, content) in enumerate(ordered, start=1):
        files.append((path.name, api.upload(content, purpose=purpose, key=hashlib.sha256(content).hexdigest())))
        if not glance.has_answers:
            api.post("claims_api", "/v1/submissions", {"select": "ready"})
        show("Files", number, len(ordered))
    if not glance.has_answers:
        moved = api.advance(start + _ANSWERS_WITHIN)
        arrived = sum(moved["delivered"].values())
        show("Answers of payers", arrived, arrived)
    settle(api, show)
    console.print(_table(files))


def look_at(content: bytes, glance: Glance) -> None:
    """Adds what a file says of its billers, sets and dates; what cannot be read is left to the intake to report."""
    biller: dict[str, str] | None = None
    try:
        for segment in tokenize([content]):
            biller = _look_at_segment(segment, biller, glance)
    except UnreadableFileError:
        return


def _look_at_segment(segment: Segment, biller: dict[str, str] | None, glance: Glance) -> dict[str, str] | None:
    match segment.id:
        case "ST":
            glance.sets.add(segment[1])
        case "NM1" | "N1" if segment[1] in ("85", "PE"):
            name, qualifier, number = (3, 8, 9) if segment.id == "NM1" else (2, 3, 4)
            biller = {"name": segment[name], segment[qualifier]: segment[number]}
            glance.billers.setdefault(segment[number], biller)
            return glance.billers[segment[number]]
        case "NM1" | "N1" | "HL" | "LX":
            return None
        case "REF" if biller is not None and segment[1] in ("EI", "TJ"):
            biller.setdefault("FI", segment[2])
        case "DTP" | "DTM" if segment[1] in _SERVICE_DATES:
            _note_day(segment[3 if segment.id == "DTP" else 2][-8:], glance)
        case "BPR":
            _note_day(segment[16], glance)
    return biller


def _note_day(text: str, glance: Glance) -> None:
    try:
        day = datetime.strptime(text, "%Y%m%d").replace(tzinfo=ZONE).date()
    except ValueError:
        return
    glance.last_day = max(glance.last_day or day, day)


def _billing_entity(biller: dict[str, str]) -> dict[str, Any]:
    """NPI and tax id as the files state them, where they can be real."""
    npi, tin = biller.get("XX", ""), biller.get("FI", "").replace("-", "")
    return {
        "name": (biller["name"] or "Own practice")[:60],
        "tin": tin if len(tin) == 9 and tin.isdigit() else "000000000",
        "npis": [npi if is_valid_npi(npi) else _NO_NPI],
        "address": {"line1": "1 Own Street", "city": "Decorah", "state": "IA", "postal_code": "521010001"},
    }


def _table(files: list[tuple[str, Any]]) -> Table:
    table = Table(title="Your files", title_justify="left")
    for name in ("file", "what it became", "findings"):
        table.add_column(name)
    for name, file in files:
        inside = [
            one
            for interchange in file["interchanges"]
            for group in interchange["groups"]
            for one in group["transactions"]
        ]
        states = Counter(f"{one['set']} {one['state']}" for one in inside)
        codes = Counter(finding["code"] for one in [file, *inside] for finding in one["findings"])
        table.add_row(name, _counted(states), _counted(codes))
    return table


def _counted(counts: Counter[str]) -> str:
    return "\n".join(f"{name} ({count})" if count > 1 else name for name, count in sorted(counts.items()))
