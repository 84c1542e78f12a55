"""Every public 837 sample through the database: what is stored is written back as it came."""

from collections.abc import Iterator

import pytest

from ar_shared.kernel.ids import uuid7
from ar_shared.x12.claim_model import from_json
from ar_shared.x12.claim_reader import ReadClaim, read_837
from ar_shared.x12.envelope import EnvelopeReader
from claims_api.intake.domain import Purpose
from claims_api.intake.import_claims import import_claims

# Relative, because the tests are not on the import path.
from ..x12.claims_837 import body, sample, written  # noqa: TID252
from ..x12.test_837_samples import normalised, samples  # noqa: TID252
from .conftest import Sandbox
from .world import NOW, acting_at, one, rows

SAME_CLAIM_AS_ANOTHER_SAMPLE = {"837I/azoner+pyx12/x12testdata.py__ordinal.txt"}
USABLE_CLAIMS = 43  # counted over all samples: claims that the reader can use


async def bills_under(sandbox: Sandbox, claim: ReadClaim) -> None:
    """The claim's billing provider becomes one of the practice's."""
    assert claim.facts is not None
    provider = claim.facts.billing_provider
    await rows(
        sandbox,
        "INSERT INTO claims.billing_entity (practice_id, id, external_id, name, tin, npis, address, edi_ids, "
        "created_at, updated_at) VALUES ($1, $2, $3, 'CLINIC', $4, $5, '{}', '{}', $6, $6)",
        uuid7(),
        str(uuid7()),
        provider.tax_id if provider.id_qualifier == "XX" else provider.id.replace("-", ""),
        [provider.id],
        NOW,
    )


def transactions(name: str) -> Iterator[tuple[bytes, int, int, list[ReadClaim]]]:
    data = sample(name)
    for transaction in EnvelopeReader([data]).transactions():
        claims = list(read_837(transaction))
        yield data, transaction.header.offset, transaction.end_offset, claims


async def test_every_usable_claim_of_the_samples_is_stored_and_written_back_unchanged(sandbox: Sandbox) -> None:
    names = samples()
    if not names:
        pytest.skip("the EDI samples are not on this machine (AR_EDI_SAMPLES)")
    taken = 0
    for name in names:
        for data, start, end, claims in transactions(name):
            for claim in (claim for claim in claims if claim.facts):
                await bills_under(sandbox, claim)
            file_id = uuid7()
            query = "SELECT id FROM claims.billing_entity WHERE practice_id = $1 ORDER BY id LIMIT 1"
            entity = await one(sandbox, query)
            async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
                outcome = await import_claims(
                    connection,
                    acting_at(sandbox),
                    iter(claims),
                    billing_entity_id=entity,
                    purpose=Purpose.SUBMIT,
                    file_id=file_id,
                )
            stored = await rows(
                sandbox,
                "SELECT v.image FROM claims.claim c JOIN claims.claim_version v ON v.practice_id = $1 "
                "AND v.claim_id = c.id WHERE c.practice_id = $1 AND c.source_file_id = $2 ORDER BY c.id",
                file_id,
            )
            usable = [claim for claim in claims if claim.facts]
            taken += len(usable)
            if name in SAME_CLAIM_AS_ANOTHER_SAMPLE:
                assert (outcome.state, stored) == ("duplicate", []), name
                continue
            images = [from_json(row["image"]) for row in stored]
            assert images == [claim.image for claim in usable], f"{name}: {outcome.findings}"
            assert outcome.counts["created"] == len(usable), name
            if images and len(usable) == len(claims):
                came = [normalised(segment) for segment in body(data) if start < segment.offset < end]
                assert [normalised(segment) for segment in body(written(images))] == came, name
    assert taken == USABLE_CLAIMS
