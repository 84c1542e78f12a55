"""The usual way: find the claim, then one statement a row, one transaction a claim."""

from typing import Any

from posting_world import NOW, BenchWorld, StagedPayment

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from claims_api.remittances.staging import ADJUSTMENT, CLAIM, LINE

_EFFECTS = {("CO", "45"): ("E05", 4100), ("PR", "2"): ("E07", 1110)}


async def post_row_by_row(world: BenchWorld, payment: StagedPayment) -> None:
    """Posts the same facts with the same guards: look-alike, next coverage, balances, denials, events."""
    remittance_id = uuid7()
    claims, lines, adjustments = _grouped(payment)
    for claim in claims:
        async with world.database.tenant_tx(world.practice_id) as connection:
            await _post_claim(connection, world, remittance_id, claim, lines[claim["n"]], adjustments)


def _grouped(payment: StagedPayment) -> tuple[list[dict[str, Any]], dict[int, Any], dict[tuple[int, int], Any]]:
    claims: list[dict[str, Any]] = []
    lines: dict[int, Any] = {}
    adjustments: dict[tuple[int, int], Any] = {}
    for chunk in payment.held:
        claims += [dict(zip(CLAIM, row, strict=True)) for row in chunk.claims]
        for row in chunk.lines:
            line = dict(zip(LINE, row, strict=True))
            lines.setdefault(line["claim_n"], []).append(line)
        for row in chunk.adjustments:
            one = dict(zip(ADJUSTMENT, row, strict=True))
            adjustments.setdefault((one["claim_n"], one["line_n"]), []).append(one)
    return claims, lines, adjustments


async def _post_claim(
    connection: Connection,
    world: BenchWorld,
    remittance_id: Any,
    claim: dict[str, Any],
    lines: list[dict[str, Any]],
    adjustments: dict[tuple[int, int], Any],
) -> None:
    practice = world.practice_id
    ours = await connection.fetchrow(
        "SELECT * FROM claims.claim WHERE practice_id = $1 AND patient_control_number = $2 FOR UPDATE",
        practice,
        claim["pcn"],
    )
    assert ours is not None
    await connection.fetchval(
        "SELECT count(*) FROM claims.remittance_claim WHERE practice_id = $1 AND payer_control_number = $2 "
        "AND look_alike_key = $3 AND state = 'posted' AND remittance_id <> $4",
        practice,
        claim["payer_number"],
        claim["look_alike_key"],
        remittance_id,
    )
    await connection.fetchrow(
        "SELECT id, rank FROM claims.coverage WHERE practice_id = $1 AND patient_id = $2 AND rank > $3 "
        "ORDER BY rank LIMIT 1",
        practice,
        ours["patient_id"],
        ours["sequence"],
    )
    outbox_id = await connection.fetchval(
        "INSERT INTO claims.outbox (practice_id, type, subject_type, subject_id, data, occurred_at, recorded_at) "
        "VALUES ($1, 'claim.adjudicated', 'claim', $2, $3, $4, $4) RETURNING id",
        practice,
        ours["id"],
        {"external_id": ours["external_id"], "remittance_id": str(remittance_id), "paid_cents": claim["paid_cents"]},
        NOW,
    )
    journal_id = uuid7()
    await connection.execute(
        "INSERT INTO claims.journal (practice_id, id, kind, effective_on, posted_at, recorded_at, source_type, "
        "source_id, client_id, actor_kind, event_outbox_id) "
        "VALUES ($1, $2, 'remittance', $3, $4, $4, 'remittance', $5, 'bench', 'client', $6)",
        practice,
        journal_id,
        world.acting.today,
        NOW,
        remittance_id,
        outbox_id,
    )
    await connection.execute(
        "INSERT INTO claims.remittance_claim (practice_id, remittance_id, n, claim_id, matched_by, state, journal_id, "
        "outcome, out_of_order, patient_control_number, payer_control_number, clp_status, charge_cents, paid_cents, "
        "patient_cents, adjustment_cents, remark_codes, look_alike_key, row_version) "
        "VALUES ($1, $2, $3, $4, 'patient_control_number', 'posted', $5, $6, false, $7, $8, $9, $10, $11, $12, $13, "
        "$14, $15, 1)",
        practice,
        remittance_id,
        claim["n"],
        ours["id"],
        journal_id,
        claim["outcome"],
        claim["pcn"],
        claim["payer_number"],
        claim["status"],
        claim["charge_cents"],
        claim["paid_cents"],
        claim["patient_cents"],
        claim["adjustment_cents"],
        claim["remark_codes"],
        claim["look_alike_key"],
    )
    posting_n = 0
    for line in lines:
        own = adjustments.get((claim["n"], line["n"]), [])
        posting_n = await _post_line(connection, world, remittance_id, ours, journal_id, line, own, posting_n)
    await connection.execute(
        "UPDATE claims.claim SET adjudication_state = $3, adjudicated_on = $4, row_version = row_version + 1, "
        "updated_at = $5 WHERE practice_id = $1 AND id = $2",
        practice,
        ours["id"],
        claim["outcome"],
        world.acting.today,
        NOW,
    )


async def _post_line(
    connection: Connection,
    world: BenchWorld,
    remittance_id: Any,
    ours: Any,
    journal_id: Any,
    line: dict[str, Any],
    adjustments: list[dict[str, Any]],
    posting_n: int,
) -> int:
    practice = world.practice_id
    charge_id = await connection.fetchval(
        "SELECT charge_id FROM claims.claim_line WHERE practice_id = $1 AND line_control_number = $2",
        practice,
        line["line_number"],
    )
    await connection.execute(
        "INSERT INTO claims.remittance_line (practice_id, remittance_id, claim_n, n, charge_id, line_control_number, "
        "procedure, charge_cents, paid_cents, cash_cents, allowed_cents, remark_codes, outcome, denied_cents, derived) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13, false)",
        practice,
        remittance_id,
        line["claim_n"],
        line["n"],
        charge_id,
        line["line_number"],
        line["procedure"],
        line["charge_cents"],
        line["paid_cents"],
        line["allowed_cents"],
        line["remark_codes"],
        line["outcome"],
        line["denied_cents"],
    )
    moves = [("E04", 1040, remittance_id, line["cash_cents"], None, None)]
    for one in adjustments:
        await connection.execute(
            "INSERT INTO claims.remittance_adjustment (practice_id, remittance_id, claim_n, line_n, n, group_code, "
            "carc, amount_cents, derived) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, false)",
            practice,
            remittance_id,
            line["claim_n"],
            line["n"],
            one["n"],
            one["group_code"],
            one["carc"],
            one["amount_cents"],
        )
        effect = _EFFECTS.get((one["group_code"], one["carc"]))
        if effect is None:
            await _open_denial(connection, world, remittance_id, ours, charge_id, line, one)
        else:
            party = ours["guarantor_id"] if effect[1] == 1110 else None
            moves.append((effect[0], effect[1], party, one["amount_cents"], one["group_code"], one["carc"]))
    for entry, account, party, cents, group, carc in moves:
        if cents:
            posting_n += 1
            await _move(
                connection, world, remittance_id, ours, journal_id, charge_id, line, posting_n,
                (entry, account, party, cents, group, carc),
            )  # fmt: skip
    return posting_n


async def _move(
    connection: Connection,
    world: BenchWorld,
    remittance_id: Any,
    ours: Any,
    journal_id: Any,
    charge_id: Any,
    line: dict[str, Any],
    n: int,
    move: tuple[Any, ...],
) -> None:
    entry, account, party, cents, group, carc = move
    practice = world.practice_id
    balance = await connection.fetchrow(
        "UPDATE claims.ar_balance SET balance_cents = balance_cents - $4, updated_at = $5 "
        "WHERE practice_id = $1 AND charge_id = $2 AND account = 1100 AND party_id = $3 "
        "RETURNING first_bill_on, responsible_on",
        practice,
        charge_id,
        ours["coverage_id"],
        cents,
        NOW,
    )
    assert balance is not None
    if account == 1110:
        await connection.execute(
            "INSERT INTO claims.ar_balance AS b (practice_id, charge_id, account, party_id, sequence, claim_id, "
            "balance_cents, responsible_on, updated_at) VALUES ($1, $2, 1110, $3, 0, $4, $5, $6, $7) "
            "ON CONFLICT (practice_id, charge_id, account, party_id) "
            "DO UPDATE SET balance_cents = b.balance_cents + excluded.balance_cents",
            practice,
            charge_id,
            party,
            ours["id"],
            cents,
            world.acting.today,
            NOW,
        )
    await connection.execute(
        "INSERT INTO claims.posting (practice_id, journal_id, n, entry, amount_cents, debit_account, debit_party_id, "
        "debit_responsible_on, credit_account, credit_party_id, credit_sequence, credit_first_bill_on, "
        "credit_responsible_on, service_on, charge_id, claim_id, coverage_id, remittance_id, remittance_claim_n, "
        "remittance_line_n, group_code, carc, billing_entity_id, location_id, rendering_provider_id, payer_id, "
        "financial_class) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1100, $9, 1, $10, $11, $12, $13, $14, $9, $15, $16, "
        "$17, $18, $19, $20, $21, $22, $23, $24)",
        practice,
        journal_id,
        n,
        entry,
        cents,
        account,
        party,
        world.acting.today if account == 1110 else None,
        ours["coverage_id"],
        balance["first_bill_on"],
        balance["responsible_on"],
        ours["service_from"],
        charge_id,
        ours["id"],
        remittance_id,
        line["claim_n"],
        line["n"],
        group,
        carc,
        ours["billing_entity_id"],
        ours["location_id"],
        ours["rendering_provider_id"],
        ours["payer_id"],
        ours["financial_class"],
    )


async def _open_denial(
    connection: Connection,
    world: BenchWorld,
    remittance_id: Any,
    ours: Any,
    charge_id: Any,
    line: dict[str, Any],
    one: dict[str, Any],
) -> None:
    await connection.execute(
        "INSERT INTO claims.outbox (practice_id, type, subject_type, subject_id, data, occurred_at, recorded_at) "
        "VALUES ($1, 'denial.opened', 'denial', $2, $3, $4, $4)",
        world.practice_id,
        ours["id"],
        {"claim_id": str(ours["id"]), "carc": one["carc"], "denied_cents": one["amount_cents"]},
        NOW,
    )
    await connection.execute(
        "INSERT INTO claims.denial_case (practice_id, id, claim_id, charge_id, payer_id, remittance_id, "
        "remittance_claim_n, remittance_line_n, group_code, carc, rarcs, category, owner, recommended_action, "
        "route_reason, preventable, appeal_path, denied_cents, recovered_cents, state, remitted_on, opened_on, "
        "row_version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '{}', 'authorization', "
        "'biller', 'appeal', '', true, 'appeal', $11, 0, 'new', $12, $12, 1, $13, $13)",
        world.practice_id,
        uuid7(),
        ours["id"],
        charge_id,
        ours["payer_id"],
        remittance_id,
        line["claim_n"],
        line["n"],
        one["group_code"],
        one["carc"],
        one["amount_cents"],
        world.acting.today,
        NOW,
    )
