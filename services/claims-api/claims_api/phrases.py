"""Closed sets whose members carry one plain phrase for people: states, events, follow-ups."""

from enum import StrEnum
from typing import Self


class Phrased(StrEnum):
    """A string enum whose members are written `NAME = "value", "what it means to a biller"`."""

    phrase: str

    def __new__(cls, value: str, phrase: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.phrase = phrase
        return member
