"""The public EDI samples, and who is paid or bills in them, read without the code that is tested."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(os.environ.get("AR_EDI_SAMPLES", Path(__file__).parents[3] / "shared" / "edi-samples"))
SETS = ("837P", "837I", "835", "999", "277", "276", "270", "271")


@dataclass
class Provider:
    """A billing provider or payee: the ids it goes by."""

    npi: str
    tin: str


def names(*sets: str) -> list[str]:
    """Paths below the folder, malformed ones included where their set is among `sets`."""
    return sorted(
        str(path.relative_to(FOLDER))
        for path in FOLDER.rglob("*")
        if path.is_file() and path.parent.parent.name in sets and path.parents[2].name in (FOLDER.name, "malformed")
    )


def content(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def segments(data: bytes) -> Iterator[list[str]]:
    """Split by the element separator of ISA and by `~`, or by what ISA ends with where that is another character."""
    text = data.decode("latin-1").lstrip()
    if text[:3] == "ISA" and len(text) > 105:
        for segment in text.split("~" if "~" in text else text[105]):
            yield segment.strip().split(text[3])


def providers(data: bytes) -> list[Provider]:
    """Each NM1*85 and N1*PE with the tax id that follows it before the next level or claim."""
    found: list[Provider] = []
    is_open = False
    for segment in segments(data):
        name, *elements = [*segment, *[""] * 9]
        if (name, elements[0]) in (("NM1", "85"), ("N1", "PE")):
            qualifier, number = elements[7:9] if name == "NM1" else elements[2:4]
            found.append(Provider(number, "") if qualifier == "XX" else Provider("", number.replace("-", "")))
            is_open = True
        elif name == "REF" and is_open and elements[0] in ("EI", "SY", "TJ"):
            found[-1].tin = found[-1].tin or elements[1].replace("-", "")
        elif name in ("CLM", "CLP", "HL"):
            is_open = False
    return [provider for provider in found if provider.npi or provider.tin]
