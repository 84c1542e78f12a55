"""The catalogue of schema `followup`; every feature's `tables.py` declares its rows on it."""

from typing import Final

from sqlmodel import SQLModel

from ar_shared.platform.tables import metadata

SCHEMA: Final = "followup"


class FollowupTable(SQLModel):
    """Base of this service's table models."""

    metadata = metadata(SCHEMA)
