"""Reads the references of provider adjustments by the forms in `provider_references.toml`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

DEFAULT: Final = "default"
_GROUPS: Final = frozenset({"number", "account"})
_SHORTEST: Final = 4
"""Shorter parts are no numbers of a claim; they would find one by chance."""


class ReferenceForm(BaseModel):
    """One way of writing references. `split` cuts what a pattern found into further numbers to look up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    because: str
    source: str
    patterns: tuple[str, ...] = Field(min_length=1)
    split: str | None = None

    @model_validator(mode="after")
    def only_known_groups(self) -> Self:
        for pattern in self.patterns:
            unknown = set(re.compile(pattern).groupindex) - _GROUPS
            if unknown:
                raise ValueError(f"unknown groups in a reference pattern: {', '.join(sorted(unknown))}")
        return self

    def numbers(self, reference: str) -> tuple[str, ...]:
        """The numbers to look up, in order, each once; none where no pattern fits."""
        found: list[str] = []
        for pattern in self.patterns:
            match = re.fullmatch(pattern, reference.strip())
            if match is not None:
                found += [value for value in match.groupdict().values() if value]
                break
        parts = [part for one in found for part in re.split(self.split, one)] if self.split else []
        return tuple(dict.fromkeys(number for number in (*found, *parts) if len(number) >= _SHORTEST))


@cache
def reference_forms() -> Mapping[str, ReferenceForm]:
    """The forms by name. Raises ValueError when the file is wrong."""
    text = Path(__file__).with_name("provider_references.toml").read_text()
    forms = [ReferenceForm.model_validate(row) for row in tomllib.loads(text)["form"]]
    return {form.name: form for form in forms}


def form_of(name: str | None) -> ReferenceForm:
    """The payer's form; an unknown name has the default."""
    forms = reference_forms()
    return forms.get(name or DEFAULT, forms[DEFAULT])
