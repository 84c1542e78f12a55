"""What has fired: a rule fires once for each cause."""

from uuid import UUID

from ar_shared.platform.tables import Cents, OptOn, Small, Str, index, tenant
from followup_worker.base import SCHEMA, FollowupTable


class RuleFiring(FollowupTable, table=True):
    """One cause of one rule. While it is `holding` the rule stays silent; gone and back is a new generation.

    Amount and deadline are what the work item was told last.
    """

    __tablename__ = "rule_firing"
    __table_args__ = tenant(
        SCHEMA,
        index("rule_firing_holding_ix", "rule", where="holding"),
        index("rule_firing_item_ix", "work_item_id"),
        key="rule subject_id subject_n",
    )

    practice_id: int
    rule: Str
    subject_id: UUID
    subject_n: Small
    generation: int
    holding: bool
    work_item_id: UUID
    amount_cents: Cents
    deadline_on: OptOn
