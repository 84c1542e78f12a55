"""Which facts of a charge are money, and which may change in place."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from claims_api.phrases import Phrased

# Nothing is posted by them, and no aging counts from them.
CHANGED_IN_PLACE: Final = (
    "encounter_id",
    "ordering_provider_id",
    "referring_provider_id",
    "authorization_id",
    "documentation_ref",
    "diagnoses",
    "diagnosis_pointers",
)
# A claim keeps its own patient and diagnoses: a charge on it cannot take them elsewhere.
SAID_BY_THE_CLAIM: Final = ("patient_id", "diagnoses", "diagnosis_pointers")


class ChangeKind(StrEnum):
    """What other facts under the same external id ask for."""

    NOTHING = "nothing"
    IN_PLACE = "in_place"
    VOID_AND_NEW = "void_and_new"


def changed_facts(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Names of the columns of `new` that differ. The guarantor is the one of the day the charge came."""
    return {name for name, value in new.items() if name != "guarantor_id" and old[name] != value}


def kind_of_change(changed: set[str]) -> ChangeKind:
    """A charge is changed only by void and a new one (E03), but for what carries no money."""
    if not changed:
        return ChangeKind.NOTHING
    return ChangeKind.IN_PLACE if changed.issubset(CHANGED_IN_PLACE) else ChangeKind.VOID_AND_NEW


class VoidReason(Phrased):
    """Why a charge is taken back and none takes its place."""

    NOT_PERFORMED = "not_performed", "the service was not done"
    WRONG_PATIENT = "wrong_patient", "it was done for somebody else"
    ENTERED_TWICE = "entered_twice", "it is a repeat of another charge"
    NOT_BILLABLE = "not_billable", "it is not charged for"
