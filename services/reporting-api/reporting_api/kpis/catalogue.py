"""The list of KPIs: one line each, in the order of the report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import ModuleType
from typing import Final

from reporting_api.kpis import (
    acceptance_lag,
    allowed_against_expected,
    appeal_success_rate,
    ar_over_30,
    ar_over_60,
    ar_over_90,
    ar_over_120,
    average_ar_cycle,
    bad_debt_rate,
    charge_lag,
    charity_rate,
    clean_claim_rate,
    cost_to_collect,
    credit_balance_days,
    days_in_ar,
    days_in_ar_net,
    denial_overturn_rate,
    denial_write_off_rate,
    first_pass_acceptance,
    first_pass_resolution,
    gross_collection_rate,
    initial_denial_rate,
    initial_denial_rate_dollars,
    invoice_to_payment,
    net_collection_rate,
    point_of_service_collection,
    remittance_denial_rate,
    service_to_invoice,
    unapplied_days,
    unbilled_days,
    underpayment_rate,
    write_off_rate,
)
from reporting_api.kpis.books import Books, Needs
from reporting_api.kpis.domain import Definition, Figures

_MODULES: Final[tuple[ModuleType, ...]] = (
    days_in_ar,
    ar_over_90,
    average_ar_cycle,
    service_to_invoice,
    gross_collection_rate,
    net_collection_rate,
    initial_denial_rate,
    days_in_ar_net,
    ar_over_30,
    ar_over_60,
    ar_over_120,
    charge_lag,
    acceptance_lag,
    invoice_to_payment,
    clean_claim_rate,
    first_pass_acceptance,
    first_pass_resolution,
    initial_denial_rate_dollars,
    remittance_denial_rate,
    denial_overturn_rate,
    appeal_success_rate,
    write_off_rate,
    bad_debt_rate,
    charity_rate,
    denial_write_off_rate,
    credit_balance_days,
    unbilled_days,
    unapplied_days,
    underpayment_rate,
    allowed_against_expected,
    cost_to_collect,
    point_of_service_collection,
)


@dataclass(frozen=True, slots=True)
class Kpi:
    """A definition, what it reads and how it is figured out."""

    definition: Definition
    needs: Needs
    measure: Callable[[Books], Figures]


CATALOGUE: Final[Mapping[str, Kpi]] = {
    module.DEFINITION.id: Kpi(module.DEFINITION, module.NEEDS, module.measure) for module in _MODULES
}


def with_targets(targets: Mapping[str, Decimal]) -> Mapping[str, Kpi]:
    """The catalogue with a practice operator's own targets. Raises ValueError for a KPI that has none."""
    unknown = [name for name in targets if name not in CATALOGUE or CATALOGUE[name].definition.target is None]
    if unknown:
        raise ValueError(f"no KPI with a target: {', '.join(sorted(unknown))}")
    return {name: replace(kpi, definition=_aimed(kpi.definition, targets)) for name, kpi in CATALOGUE.items()}


def needs_of(kpis: Mapping[str, Kpi]) -> Needs:
    """What all of them read together."""
    needs = Needs()
    for kpi in kpis.values():
        needs |= kpi.needs
    return needs


def _aimed(definition: Definition, targets: Mapping[str, Decimal]) -> Definition:
    if definition.target is None or definition.id not in targets:
        return definition
    return replace(definition, target=replace(definition.target, value=targets[definition.id]))
