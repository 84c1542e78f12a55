"""How a practice wants its later payers billed: `practice.settings["coordination"]`."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ar_shared.platform.database import Connection
from claims_api.coordination.domain import CROSSOVER_DAYS


class CoordinationSettings(BaseModel):
    """`automatic`: the state in which the rule makes claims to later payers, or off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    automatic: Literal["ready", "draft", "off"] = "ready"
    crossover_days: int = CROSSOVER_DAYS


async def coordination_settings(connection: Connection, practice_id: int) -> CoordinationSettings:
    found = await connection.fetchval(
        "SELECT settings -> 'coordination' FROM claims.practice WHERE id = $1", practice_id
    )
    return CoordinationSettings.model_validate(found or {})
