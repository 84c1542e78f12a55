"""The list of KPIs: one line each, in the order of the report."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import ModuleType
from typing import Final

from reporting_api.kpis import (
    ar_over_90,
    average_ar_cycle,
    days_in_ar,
    gross_collection_rate,
    initial_denial_rate,
    net_collection_rate,
    service_to_invoice,
)
from reporting_api.kpis.books import Books
from reporting_api.kpis.domain import Definition, Figures

Measuring = Callable[[Books], Awaitable[Figures]]

_MODULES: Final[tuple[ModuleType, ...]] = (
    days_in_ar,
    ar_over_90,
    average_ar_cycle,
    service_to_invoice,
    gross_collection_rate,
    net_collection_rate,
    initial_denial_rate,
)

CATALOGUE: Final[Mapping[str, tuple[Definition, Measuring]]] = {
    module.DEFINITION.id: (module.DEFINITION, module.measure) for module in _MODULES
}


def with_targets(targets: Mapping[str, Decimal]) -> Mapping[str, tuple[Definition, Measuring]]:
    """The catalogue with a practice operator's own targets. Raises ValueError for a KPI that has none."""
    unknown = [name for name in targets if name not in CATALOGUE or CATALOGUE[name][0].target is None]
    if unknown:
        raise ValueError(f"no KPI with a target: {', '.join(sorted(unknown))}")
    return {name: (_aimed(definition, targets), measure) for name, (definition, measure) in CATALOGUE.items()}


def _aimed(definition: Definition, targets: Mapping[str, Decimal]) -> Definition:
    if definition.target is None or definition.id not in targets:
        return definition
    return replace(definition, target=replace(definition.target, value=targets[definition.id]))
