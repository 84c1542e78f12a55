"""The catalogue of schema `claims`; every feature's `tables.py` declares its rows on it."""

from typing import Final

from sqlmodel import SQLModel

from ar_shared.platform.tables import metadata

SCHEMA: Final = "claims"


class ClaimsTable(SQLModel):
    """Base of this service's table models."""

    metadata = metadata(SCHEMA)
