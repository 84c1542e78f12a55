"""The catalogue of schema `reporting`; every feature's `tables.py` declares its rows on it."""

from typing import Final

from sqlmodel import SQLModel

from ar_shared.platform.tables import metadata

SCHEMA: Final = "reporting"


class ReportingTable(SQLModel):
    """Base of this service's table models."""

    metadata = metadata(SCHEMA)
