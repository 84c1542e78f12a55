"""What passed between us and the owners of money that nobody asks for."""

from uuid import UUID

from ar_shared.platform.tables import At, Json, On, OptId, OptStr, Str, check, fk, index, one_of, tenant
from claims_api.base import SCHEMA, ClaimsTable
from claims_api.unclaimed_property.domain import ContactKind


class OwnerContact(ClaimsTable, table=True):
    """A contact with a guarantor or a payer, or a letter to one; never changed. The newest one counts."""

    __tablename__ = "owner_contact"
    __table_args__ = tenant(
        SCHEMA,
        fk("guarantor_id", "claims.guarantor"),
        fk("payer_id", "claims.payer"),
        one_of("owner_contact_kind", "kind", ContactKind),
        check("owner_contact_owner", "num_nonnulls(guarantor_id, payer_id) = 1"),
        index("owner_contact_guarantor_ix", "guarantor_id", "contacted_on"),
        index("owner_contact_payer_ix", "payer_id", "contacted_on"),
        append_only=True,
    )

    practice_id: int
    id: UUID
    guarantor_id: OptId
    payer_id: OptId
    kind: Str
    contacted_on: On
    note: OptStr
    client_id: Str
    actor: Json
    recorded_at: At
