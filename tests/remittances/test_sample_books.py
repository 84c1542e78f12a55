"""Public 835 files paid to a practice that has billed their claims: what stands on each account afterwards.

Every expectation was worked out by hand from the segments of the file, with the arithmetic beside it. The claims are
set up from the file itself (control number, codes, charges, days); amounts paid, adjusted and held are not.
Debits are positive. 1040 clearing, 1100 payer, 1110 patient, 2000 held or given without a cause, 4100 contract.
"""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.remittance import RemittanceClaim, date_of
from ar_shared.x12.remittance_reader import read_835
from claims_api.remittances.post_remittance import post_remittance
from claims_api.remittances.stage_835 import Source835

from .intake import take_in
from .world import World

FOLDER = Path(os.environ.get("AR_EDI_SAMPLES", Path(__file__).parents[3] / "shared" / "edi-samples")) / "835"


@dataclass(frozen=True)
class Books:
    """What each payment says and its state; accounts in cents, revenue aside; why claims are held.

    `advice`, a payment: its claims and what they were paid, adjustments by group, provider adjustments as written.
    """

    advice: str
    states: str
    accounts: dict[int, int]
    held: str = ""
    denials: int = 0
    suspense: int = 0
    proposals: int = 0


EXPECTED = {
    # 125.50 - 13.36 - 20.00 at claim level and the same again on the line is not 92.14: held whole.
    "AlexJReid+scribe/sample_835.edi": Books(
        "1 claim 92.14, CO 26.72, PR 20.00",
        "posted_with_held",
        {1040: 9214, 2000: -9214, 1100: 12550},
        held="unbalanced",
    ),
    # CO-45 20 + 15; PR-3 25; the second claim is denied (96) and stays open with the payer: 95.
    "AlexJReid+scribe/sample_835_multi_claim.edi": Books(
        "2 claims 190.00, CO 130.00, PR 25.00", "posted", {1040: 19000, 1100: 9500, 1110: 2500, 4100: 3500}, denials=1
    ),
    # CO-45 150 + 250 + 150; PR-3 50 + 50 + 250.
    "AlexJReid+scribe/stroke_facility_835.edi": Books(
        "1 claim 1450.00, CO 550.00, PR 350.00", "posted", {1040: 145000, 1110: 35000, 4100: 55000}
    ),
    # CO-45 50 + 20; PR-3 20 + 20.
    "AlexJReid+scribe/stroke_neurology_835.edi": Books(
        "1 claim 210.00, CO 70.00, PR 40.00", "posted", {1040: 21000, 1110: 4000, 4100: 7000}
    ),
    # CO-45 40 + 60 + 20; PR-3 20 + 60 + 40.
    "AlexJReid+scribe/stroke_rehab_835.edi": Books(
        "1 claim 420.00, CO 120.00, PR 120.00", "posted", {1040: 42000, 1110: 12000, 4100: 12000}
    ),
    # Claims without lines: CO-45 73,348.57 and 3,019.67. PLB CV -1.27 raises the payment: given without a known cause.
    "LinuxForHealth+x12/demo.835": Books(
        "2 claims 149998.73, CO 76368.24, PLB -1.27", "posted", {1040: 15000000, 2000: -127, 4100: 7636824}, suspense=1
    ),
    # Claim-level A2 50 and 55 (retired, contractual) come off what the lines pay; PR-1 300 and 600; CO-45 50.
    "LinuxForHealth+x12/managed-care.835": Books(
        "2 claims 945.00, CO 155.00, PR 900.00", "posted", {1040: 94500, 1110: 90000, 4100: 15500}
    ),
    # OA-23 9,411.64 repeats an earlier payer; we know of none: it stays open. The second claim writes `>` in its codes
    # where the file declares `:`, so that no line of it is known: 310 held, 751.50 open.
    "LinuxForHealth+x12/secondary-payment.835": Books(
        "2 claims 1222.00, CO 85.00, OA 9548.14, PR 220.00",
        "posted_with_held",
        {1040: 122200, 1100: 941164 + 75150, 2000: -31000},
        held="line_unmatched",
    ),
    # Three claims under one number: two bill 34.25 on one day and cannot be told apart, 34.25 + 11.50 are held. The
    # third is denied (29) on both its lines, 12 and 22; its member is corrected. Nothing is paid on it.
    "CHS-CDS-AIML+edi-835-parser/emedny_sample.txt": Books(
        "3 claims 45.75, CO 56.75",
        "posted_with_held",
        {1040: 4575, 1100: 3425 + 3400 + 3425, 2000: -4575},
        "ambiguous ambiguous",
        2,
        proposals=1,
    ),
    # The line's charge stands in the place of its code: 1,766.50 is read as paid, nothing adds up, held whole.
    "LinuxForHealth+x12/tertiary-payment.835": Books(
        "1 claim 187.50, OA 1579.00", "posted_with_held", {1040: 18750, 2000: -18750, 1100: 176650}, held="unbalanced"
    ),
    # First payment: 200.02 is not 12,345.67. Second: claim-level PR-1 145, CO-45 11,130.91, paid 12,000.65.
    "jdavisp3+TigerShark/835-example-2.txt": Books(
        "1 claim 200.02; 1 claim 12000.65, CO 11130.91, PR 145.00",
        "queued posted",
        {1040: 1200065, 1100: 20002, 1110: 14500, 4100: 1113091},
        proposals=1,
    ),
    # 200.02 + 12,000.65 + 361.19 (PLB) is 12,561.86 and not 12,345.67: nothing posts.
    "jdavisp3+TigerShark/835-example.txt": Books(
        "2 claims 12200.67, CO 11130.91, PR 145.00, PLB -361.19", "queued", {1100: 20002 + 2327656}
    ),
}


async def bill_all(world: World, data: bytes) -> None:
    """Bill every claim of the file: its number, lines and days as the payer repeats them."""
    for transaction in EnvelopeReader([data]).transactions():
        remittance = read_835(transaction)
        name = remittance.header.payer.name if remittance.header.payer else ""
        await world.rows(
            "UPDATE claims.payer SET aliases = aliases || $2::text WHERE practice_id = $1 "
            "AND external_id = 'PAY-PRAIRIE' RETURNING 1",
            name,
        )
        for claim in remittance.claims():
            await bill_one(world, claim)


async def bill_one(world: World, claim: RemittanceClaim) -> None:
    stated = date_of(claim.dates, "232") or date(2026, 11, 2)
    lines = [(service.code, service.charge_cents, service.service_dates()[0] or stated) for service in claim.services]
    if sum(cents for _, cents, _ in lines) != claim.charge_cents:
        lines = [("G0463", claim.charge_cents, stated)]
    billed = [
        {"procedure_code": code or "G0463", "charge_cents": cents, "service_from": day.isoformat()}
        for code, cents, day in lines
    ]
    made = await take_in(world, lines=billed)
    await world.rows(
        "UPDATE claims.claim SET submitted_pcn = $3 WHERE practice_id = $1 AND id = $2 RETURNING 1",
        made.id,
        claim.patient_control_number,
    )


def test_every_public_sample_is_worked_out_by_hand() -> None:
    files = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
    if not files:
        pytest.skip("the EDI samples are not on this machine (AR_EDI_SAMPLES)")

    assert files == sorted(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
async def test_a_public_sample_leaves_the_books_as_worked_out_by_hand(world: World, name: str) -> None:
    if not (FOLDER / name).is_file():
        pytest.skip("the EDI samples are not on this machine (AR_EDI_SAMPLES)")
    expected, data = EXPECTED[name], (FOLDER / name).read_bytes()
    await bill_all(world, data)

    states = []
    for transaction in EnvelopeReader([data]).transactions():
        outcome = await post_remittance(world.database, world.acting(), Source835(read_835(transaction)))
        states.append(outcome.state)

    held = await world.rows(
        "SELECT hold_reason FROM claims.remittance_claim WHERE practice_id = $1 AND state = 'held' ORDER BY n"
    )
    assert " ".join(row["hold_reason"] for row in held) == expected.held
    assert " ".join(states) == expected.states
    assert await advice(world) == expected.advice
    assert await accounts(world) == expected.accounts
    assert await world.count("denial_case") == expected.denials
    assert await world.one("SELECT count(*) FROM claims.review_item WHERE practice_id = $1 AND kind = 'suspense'") == (
        expected.suspense
    )
    assert await world.count("correction_proposal") == expected.proposals


async def advice(world: World) -> str:
    """What the payments say, read from what is kept of them."""
    return "; ".join(
        [
            await _advice(world, row["id"])
            for row in await world.rows("SELECT id FROM claims.remittance WHERE practice_id = $1 ORDER BY id")
        ]
    )


async def _advice(world: World, remittance_id: UUID) -> str:
    said = await world.rows(
        "SELECT count(*) || CASE count(*) WHEN 1 THEN ' claim ' ELSE ' claims ' END AS what, "
        "sum(paid_cents)::bigint AS cents, 1 AS place FROM claims.remittance_claim "
        "WHERE practice_id = $1 AND remittance_id = $2 "
        "UNION ALL SELECT group_code || ' ', sum(amount_cents)::bigint, 2 FROM claims.remittance_adjustment "
        "WHERE practice_id = $1 AND remittance_id = $2 AND NOT derived GROUP BY 1 "
        "UNION ALL SELECT 'PLB ', amount_cents, 3 FROM claims.provider_adjustment "
        "WHERE practice_id = $1 AND remittance_id = $2 ORDER BY place, what",
        remittance_id,
    )
    return ", ".join(f"{row['what']}{row['cents'] / 100:.2f}" for row in said)


async def accounts(world: World) -> dict[int, int]:
    """Every account that does not stand at zero, revenue aside."""
    rows = await world.rows(
        "SELECT account, sum(amount_cents)::bigint AS cents FROM claims.ledger_entry "
        "WHERE practice_id = $1 AND account <> 4000 GROUP BY 1 HAVING sum(amount_cents) <> 0 ORDER BY 1"
    )
    return {row["account"]: row["cents"] for row in rows}
