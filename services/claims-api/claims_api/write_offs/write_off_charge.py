"""Write off what is open of a charge."""

from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection
from claims_api.access.limits import decider, require_amount
from claims_api.acting import Acting
from claims_api.claims.dimensions import dimensions_of_claim
from claims_api.denials.conclude_denials import conclude_denials
from claims_api.denials.domain import DenialEvent
from claims_api.ledger.post_entries import tell_and_post
from claims_api.write_offs import queries
from claims_api.write_offs.domain import BOOKINGS, AboveOpenError, WriteOffClass, amount_of
from claims_api.write_offs.posting import journal_of, keep
from claims_api.write_offs.schemas import WriteOffIn


async def write_off_charge(connection: Connection, principal: Principal, acting: Acting, body: WriteOffIn) -> UUID:
    """Returns the write-off's id.

    Raises AboveOpenError, AuthorityMissingError, AboveAuthorityError, InvalidRequestError.
    An administrative write-off of all that the payer owed closes the open denial cases of the charge.
    """
    practice_id = acting.practice_id
    if not await queries.charge_exists(connection, practice_id, body.charge_id):
        missing = FieldError("/charge_id", "unknown_reference", "There is no such resource.")
        raise InvalidRequestError(errors=(missing,))
    accounts = [int(account) for account in BOOKINGS[body.kind].credits]
    buckets = await queries.open_buckets(connection, practice_id, body.charge_id, accounts, body.party_id)
    if len(buckets) > 1:
        choose = FieldError("/party_id", "ambiguous", "More than one party owes a part of it: name one.")
        raise InvalidRequestError(errors=(choose,))
    if not buckets:
        raise AboveOpenError("nothing is open there")
    bucket = buckets[0]
    cents = amount_of(body.amount_cents, bucket["balance_cents"])
    require_amount(await decider(connection, principal), f"write_off.{body.kind}", cents)
    claim_id = bucket["claim_id"]
    dimensions = await dimensions_of_claim(connection, practice_id, claim_id)
    journal = journal_of(body.kind, bucket, cents, body.reason, dimensions)
    event = await keep(connection, acting, body.kind, body.cause, bucket, journal, None)
    cases = []
    if body.kind is WriteOffClass.ADMINISTRATIVE and cents == bucket["balance_cents"] and claim_id is not None:
        cases = await conclude_denials(
            connection, practice_id, claim_id, body.charge_id, DenialEvent.WRITE_OFF, now=acting.moment.at
        )
    await tell_and_post(connection, acting, [journal], [*cases, event], source_on=acting.today)
    return journal.source_id
