"""After a payer's reversals have posted: claims that we had voided end, and their charges with them."""

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.charges.take_back_voided import take_back_voided


async def end_voided(connection: Connection, acting: Acting) -> None:
    """Needs the claims as they are staged and their states moved; posts journals of its own, after the payment's."""
    rows = await connection.fetch("SELECT DISTINCT claim_id FROM remit_post WHERE handling = 'reversal' ORDER BY 1")
    await take_back_voided(connection, acting, [row["claim_id"] for row in rows])
