"""Run the small-balance rule, or show what a run would do."""

from datetime import timedelta
from typing import Final

from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection, Row
from claims_api.access.limits import decider, require_amount
from claims_api.acting import Acting
from claims_api.claims.dimensions import dimensions_of_claims
from claims_api.ledger.post_entries import tell_and_post
from claims_api.write_offs import queries
from claims_api.write_offs.domain import WriteOffClass
from claims_api.write_offs.posting import journal_of, keep
from claims_api.write_offs.schemas import SmallBalanceOut, SmallBalanceRunOut, SmallBalancesIn
from claims_api.write_offs.small_balance import SmallBalanceRule, rule_on

RUN: Final = 500
"""Balances that one run writes off at most."""


async def write_off_small_balances(
    connection: Connection, principal: Principal, acting: Acting, body: SmallBalancesIn
) -> SmallBalanceRunOut:
    """Each balance is its own write-off, named by the rule. Raises AuthorityMissingError, AboveAuthorityError."""
    rule = rule_on(acting.today)
    require_amount(await decider(connection, principal), f"write_off.{WriteOffClass.SMALL_BALANCE}", rule.up_to_cents)
    last_on = acting.today - timedelta(days=rule.min_age_days)
    found = await queries.small_buckets(
        connection, acting.practice_id, rule.up_to_cents, last_on, RUN + 1, lock=not body.preview
    )
    buckets = found[:RUN]
    if buckets and not body.preview:
        await _write_off(connection, acting, rule, buckets)
    return SmallBalanceRunOut(
        preview=body.preview,
        rule=rule.name,
        because=rule.because,
        up_to_cents=rule.up_to_cents,
        min_age_days=rule.min_age_days,
        count=len(buckets),
        total_cents=sum(bucket["balance_cents"] for bucket in buckets),
        more=len(found) > RUN,
        items=[
            SmallBalanceOut(
                charge_id=bucket["charge_id"],
                claim_id=bucket["claim_id"],
                party_id=bucket["party_id"],
                amount_cents=bucket["balance_cents"],
            )
            for bucket in buckets
        ],
    )


async def _write_off(connection: Connection, acting: Acting, rule: SmallBalanceRule, buckets: list[Row]) -> None:
    kind = WriteOffClass.SMALL_BALANCE
    claims = [bucket["claim_id"] for bucket in buckets]
    dimensions = await dimensions_of_claims(connection, acting.practice_id, claims)
    journals, events = [], []
    for bucket in buckets:
        own = dimensions.get(bucket["claim_id"], {})
        journal = journal_of(kind, bucket, bucket["balance_cents"], rule.because, own)
        events.append(await keep(connection, acting, kind, None, bucket, journal, rule.name))
        journals.append(journal)
    await tell_and_post(connection, acting, journals, events, source_on=acting.today)
