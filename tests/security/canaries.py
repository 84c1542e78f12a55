"""Texts that stand for patient data. They may be stored and read by who may; they may not turn up anywhere else."""

from typing import Final

WORD: Final = "Zyzzyva"
MEMBER: Final = "ZYZZYVA77310"
PHONE: Final = "5550177310"
EMAIL: Final = "zyzzyva@example.org"
BIRTH: Final = "1931-07-09"
BIRTH_X12: Final = "19310709"
POSTAL: Final = "521077310"
DIAGNOSIS: Final = "Z7731Q"
ALL: Final = (WORD, MEMBER, PHONE, EMAIL, BIRTH, BIRTH_X12, POSTAL, DIAGNOSIS)


def text(what: str) -> str:
    """A canary that says where it was planted."""
    return f"{WORD} {what}"


def found_in(haystack: str | bytes) -> list[str]:
    """The canaries in a text, whatever their case and however spaces and quotes are written in it."""
    plain = haystack.decode("utf-8", "replace") if isinstance(haystack, bytes) else haystack
    folded = plain.casefold()
    return [canary for canary in ALL if canary.casefold() in folded]
