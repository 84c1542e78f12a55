"""Pages that are made from code (`make docs`; `--check` finds drift): events, KPIs, metrics, the payer simulator."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from ar_shared.platform.metrics import LOG_KEYS_DROPPED, Metrics, MetricText
from claims_api.events.catalogue import CATALOGUE
from claims_api.simulator.domain.fate import FateKind
from claims_api.simulator.domain.mix import COURSES, DELIVERIES, ENTRIES, FATES, MONEYS
from claims_api.simulator.domain.mnemonics import MNEMONICS, PATTERNS
from followup_worker.metrics import FollowupMetrics
from reporting_api.kpis.catalogue import CATALOGUE as KPIS
from reporting_api.kpis.domain import Definition
from reporting_api.metrics import OPEN_MONEY, ReportingMetrics

ROOT: Final = Path(__file__).resolve().parents[2]

_EVENTS: Final = """# Events

Made from `claims_api/events/catalogue.py` by `make docs`; change it there.

`GET /v1/events?after=` gives a practice's facts in order, gap-free from sequence 1. Poll with the last sequence
you handled; an answer with no items means you have everything up to `head`. Handle an event by looking at the
resource it names: its state decides, not the order in which you hear of it. Changes to this page are additive.

Data hold ids, codes, cents and your own external ids. They never hold a name, a member id or another piece of
patient data.

| Type | About | When | Data |
|---|---|---|---|
"""

_SIMULATOR: Final = """# The payer simulator

Made from `claims_api/simulator/domain/mnemonics.py` and `mix.py` by `make docs`; change it there.

A sandbox practice sends its 837 to simulated payers. They answer as payers do, when payers do, on the practice's test
clock (`POST /v1/test-clock/advance` stops at every due time): TA1 and 999, 277CA, 277, 835, and the money at a
simulated bank, whose statements are at `/v1/simulator/bank-statements` as CSV and BAI2. A 276 is answered by a 277
with what the payer has decided so far. Everything carries ISA15 `T`; a production practice never meets it. The same
seed (`settings.simulator.seed`) and the same files bring the same answers, byte for byte.

A payment below zero pays nothing and is carried forward (PLB FB under its trace); the next payment of that payer with
money takes it back under the same trace. Every payment adds up; what a file repeats or changes is named below.

## Member ids that choose the fate of a claim

Case does not matter. An id that begins with `TEST-` and is not here is refused in the 277CA.

| Member id | What the payer does |
|---|---|
"""

_METRICS: Final = """# Metrics

Made from `ar_shared/platform/metrics.py`, `followup_worker/metrics.py` and `reporting_api/metrics.py` by `make docs`;
change it there.

Each service answers `GET /metrics` in Prometheus' text format. Names end in their unit. Labels are small closed sets:
none names a practice, a patient or a claim. Business gauges are sums over all practices: reporting-api reads the
practices one by one, each under its own row-level policy, every `AR_SNAPSHOT_SECONDS`, and keeps counts, cents and days
only. Several replicas show the same figures: take the maximum, not the sum.
"""

_KPIS: Final = """# KPIs

Made from `reporting_api/kpis/` by `make docs`; change it there.

`GET /v1/kpis` answers all of them as of a day (`as_of`), with what was known then or is known now (`known_at`), over a
period (`days`, 90 by default), of the whole practice or of one payer, payer class, provider, location or responsibility
(`by` and `member`). A ratio without a denominator is null, never 0. What stands behind a value:

| Ask | For |
|---|---|
| `/v1/kpis/{id}` | value, target, change against the period before, numerator, denominator, counts, variants |
| `/v1/kpis/{id}/series` | the value by day, week or month; restated, or as it was reported on each day |
| `/v1/kpis/{id}/members` | payers, providers or locations beside each other |
| `/v1/kpis/{id}/proof` | every sum twice: as reported, and added up anew from ledger and feed |
| `/v1/kpis/{id}/entries`, `/v1/kpis/{id}/open` | the claims and postings, or the open amounts, that it counts |
| `/v1/group/kpis` | several practices together, their sums divided, beside each of them |

Targets are defaults; `AR_KPI_TARGETS` sets an operator's own.

| KPI | Target | How it is figured out | From |
|---|---|---|---|
"""

_OPEN_MONEY_TEXTS: Final[Mapping[str, str]] = {
    "held": "insurers' money that is on no claim: held claims, differences of deposits, whole payments, bank lines",
    "suspense": "amounts and codes of remittances that no rule may post",
    "bank": "what bank and books do not agree on; practices without bank statements do not count",
    "payer_item": "amounts between a practice and a payer that no later payment has settled",
    "unapplied": "receipts that are on no account yet, by whose money it is",
    "credit": "what is owed back of charges",
    "overpayment": "payers' overpayments by where their clock is; `overdue` repeats those past their last day",
}

_MIX: Final = """
## What happens to all other claims

Draws that depend only on the seed and on what is billed. Per thousand, before a payer's own strictness.
"""


def events_page() -> str:
    """The whole page."""
    rows = (
        f"| `{event.name}` | {event.subject} | {event.when} | {', '.join(f'`{name}`' for name in event.data)} |"
        for event in CATALOGUE
    )
    return _EVENTS + "\n".join(rows) + "\n"


def metrics_page() -> str:
    """The whole page."""
    followup = Metrics("followup-worker")
    FollowupMetrics(followup)
    platform = Metrics("claims-api").texts
    (dropped,) = LOG_KEYS_DROPPED.describe()
    everywhere = [*platform, MetricText(f"{dropped.name}_total", "counter", dropped.documentation, ())]
    own = {
        "followup-worker": followup.texts[len(platform) :],
        "reporting-api": ReportingMetrics("reporting-api").texts[len(platform) :],
    }
    sections = [_metric_table("Every service", everywhere), *(_metric_table(name, own[name]) for name in own)]
    return _METRICS + "".join(sections) + _open_money_table()


def _metric_table(title: str, texts: list[MetricText]) -> str:
    rows = (
        f"| `{one.name}` | {one.kind} | {', '.join(f'`{label}`' for label in one.labels)} | {one.text} |\n"
        for one in texts
    )
    return f"\n## {title}\n\n| Name | Kind | Labels | What |\n|---|---|---|---|\n" + "".join(rows)


def _open_money_table() -> str:
    rows = (
        f"| `{money}` | {', '.join(f'`{kind}`' for kind in kinds)} | {_OPEN_MONEY_TEXTS[money]} |\n"
        for money, kinds in OPEN_MONEY.items()
    )
    return "\n## Labels of `ar_open_money_*`\n\n| `money` | `kind` | What |\n|---|---|---|\n" + "".join(rows)


def kpis_page() -> str:
    """The whole page."""
    return _KPIS + "".join(_kpi_row(kpi.definition) for kpi in KPIS.values())


def _kpi_row(definition: Definition) -> str:
    target = f"{definition.target.comparison} {definition.target.value} {definition.unit}" if definition.target else ""
    missing = f" **No value yet: needs {definition.missing_input}.**" if definition.missing_input else ""
    name = f"`{definition.id}` (version {definition.version}) {definition.name}"
    return f"| {name} | {target} | {definition.formula}{missing} | {definition.source} |\n"


def simulator_page() -> str:
    """The whole page."""
    rows = [f"| `{one.member_id}` | {one.text} |" for one in MNEMONICS]
    for pattern in PATTERNS:
        names = ", ".join(f"`{name}`" for name in pattern.example.split(", "))
        rows.append(f"| {names} | {pattern.text} |")
    return _SIMULATOR + "\n".join(rows) + "\n" + _MIX + "".join(_mix_tables())


def _mix_tables() -> Iterator[str]:
    yield _table("Claims", [(weight, kind.phrase) for weight, kind in FATES])
    yield _table(f"Claims that are {FateKind.PAID.value}: what follows", [(w, one.phrase) for w, one in COURSES])
    entries = [(weight, f"PLB {code}" if code else "nothing") for weight, code in ENTRIES]
    yield _table("Payments: provider adjustments beside a paid claim", entries)
    yield _table("Files of a day: how they arrive", [(weight, one.phrase) for weight, one in DELIVERIES])
    yield _table("Payments: how the money comes", [(weight, one.phrase) for weight, one in MONEYS])


def _table(title: str, rows: list[tuple[int, str]]) -> str:
    lines = "".join(f"| {weight} | {text} |\n" for weight, text in rows)
    return f"\n### {title}\n\n| Weight | What |\n|---|---|\n{lines}"


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "events.md": events_page,
    "kpis.md": kpis_page,
    "metrics.md": metrics_page,
    "simulator.md": simulator_page,
}


def main() -> None:
    """Write the pages, or with --check say which is stale."""
    for name, page in PAGES.items():
        path = ROOT / "docs" / name
        if "--check" not in sys.argv:
            path.write_text(page())
        elif not path.exists() or path.read_text() != page():
            sys.exit(f"docs/{name} differs from the code (run: make docs)")


if __name__ == "__main__":
    main()
