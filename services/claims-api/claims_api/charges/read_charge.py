"""A charge as it stands."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from claims_api.charges import queries
from claims_api.charges.schemas import ChargeOut, ReplacedChargeOut


async def read_charge(
    connection: Connection, practice_id: int, *, charge_id: UUID | None = None, external_id: str | None = None
) -> ChargeOut:
    """Raises NotFoundError."""
    row = await queries.find_charge(connection, practice_id, charge_id=charge_id, external_id=external_id)
    if row is None:
        raise NotFoundError("there is no such charge")
    fields = dict(row)
    replaced = None
    if row["replaced_id"] is not None:
        replaced = ReplacedChargeOut(
            id=row["replaced_id"], charge_cents=row["replaced_cents"], voided_at=row["replaced_voided_at"]
        )
    return ChargeOut(
        **{name: fields[name] for name in ChargeOut.model_fields if name in fields},
        balance_cents=row["insurance_cents"] + row["patient_cents"],
        replaces=replaced,
    )
