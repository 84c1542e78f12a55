"""A practice that bills and is paid under the providers of one sample."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx

from ar_shared.kernel.ids import uuid7
from ar_shared.kernel.npi import is_valid_npi
from claims_api.practices.create_practice import create_practice

from ..support.claims_stack import Tenant  # noqa: TID252
from .samples import Provider, providers

_ADDRESS = {"line1": "1 Main Street", "city": "Decorah", "state": "IA", "postal_code": "521010001"}


async def practice_for(connection: Any, first: Tenant, data: bytes) -> Tenant:
    """A practice without parties but these providers; its client has the secret of the first one's."""
    practice_id, practice = await create_practice(
        connection, "Conformance", mode="sandbox", time_zone="America/Chicago", now=datetime.now(UTC)
    )
    tenant = replace(first, practice_id=practice_id, practice=practice, client_id=f"conformance-{practice_id}")
    await connection.execute(
        "INSERT INTO claims.api_client SELECT (jsonb_populate_record(c, jsonb_build_object('id', $2::text))).* "
        "FROM claims.api_client c WHERE id = $1",
        first.client_id,
        tenant.client_id,
    )
    await connection.execute(
        "INSERT INTO claims.api_client_practice (client_id, practice_id) VALUES ($1, $2)", tenant.client_id, practice_id
    )
    async with tenant.http() as http:
        for provider in {provider.npi or provider.tin: provider for provider in providers(data)}.values():
            if is_valid_npi(provider.npi):
                await _register(http, provider)
            else:
                await _insert(connection, practice_id, provider)
    return tenant


async def _register(http: httpx.AsyncClient, provider: Provider) -> None:
    body = {"name": "Clinic", "tin": provider.tin or "000000000", "npis": [provider.npi], "address": _ADDRESS}
    answer = await http.put(f"/v1/billing-entities/by-external-id/{provider.npi}", json=body)
    assert answer.status_code == 201, answer.text


async def _insert(connection: Any, practice_id: int, provider: Provider) -> None:
    """The API takes no NPI with a bad check digit, and the samples are full of them."""
    await connection.execute(
        "INSERT INTO claims.billing_entity (practice_id, id, external_id, name, tin, npis, address, edi_ids, "
        "created_at, updated_at) VALUES ($1, $2, $3, 'Clinic', $4, $5, $6, '{}', $7, $7)",
        practice_id,
        uuid7(),
        provider.npi or provider.tin,
        provider.tin or "000000000",
        [provider.npi] if provider.npi else [],
        _ADDRESS,
        datetime.now(UTC),
    )
