"""What a billing manager wants to see first, in one terminal page."""

from collections import Counter, defaultdict
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ar_shared.kernel.money import format_dollars
from ar_tools.demo.api import SERVICES, Api

_DENIAL_ROWS: Final = 8
_ITEM_ROWS: Final = 10
_PAGE: Final = 200


def print_summary(api: Api, console: Console) -> None:
    """Aging, KPIs, denials, what to do first."""
    console.print(_aging(api, "payer", "AR by age and payer"))
    console.print(_aging(api, "responsibility", "AR by age and who owes it"))
    console.print(_kpis(api))
    denials = _denials(api)
    console.print(denials if denials.row_count else "\n[bold]No denials[/]")
    _print_work_items(api, console)


def print_doors(api: Api, console: Console, *, folder: str) -> None:
    """Where to look further."""
    console.print("\n[bold]Look further[/]")
    for service in SERVICES:
        console.print(f"  {service:16} {api.url(service)}/docs", highlight=False)
    curl = f"curl -s -H 'Authorization: Bearer {api.token()}' '{api.url('followup_worker')}/v1/work-items?limit=3'"
    console.print("\n[bold]Try[/]")
    console.print(curl, soft_wrap=True, highlight=False, markup=False)
    console.print(f"\nLogs are in {folder}. Stop with Ctrl-C.", highlight=False)


def _aging(api: Api, by: str, title: str) -> Table:
    """Buckets in which nobody owes anything are left out."""
    report = api.get("reporting_api", "/v1/aging", by=by)
    rows = [*report["rows"], report["total"]]
    used = [n for n, bucket in enumerate(report["total"]["buckets"]) if bucket["cents"]]
    table = _table(f"{title}, {report['as_of']}", "")
    for name in [*(report["total"]["buckets"][n]["bucket"] for n in used), "open", "over 90"]:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        cells = [_dollars(row["buckets"][n]["cents"]) for n in used]
        share = f"{row['over_90_cents'] / row['open_cents']:.0%}" if row["open_cents"] else ""
        style = "bold" if row is report["total"] else ""
        table.add_row(row["name"], *cells, _dollars(row["open_cents"]), share, style=style)
    return table


def _kpis(api: Api) -> Table:
    report = api.get("reporting_api", "/v1/kpis")
    table = _table(f"KPIs, {report['as_of']}", "", "value", "target", "")
    for kpi in report["items"]:
        if kpi["value"] is None:
            continue
        target = kpi["target"]
        aim = f"{_sign(target)} {_number(target['value'], kpi['unit'])}" if target else ""
        met = {True: "[green]met[/]", False: "[red]missed[/]", None: ""}[kpi["met"]]
        table.add_row(kpi["name"], _number(kpi["value"], kpi["unit"]), aim, met)
    table.caption = "Nobody works denials or collects from patients in this demo: what is open stays open."
    return table


def _denials(api: Api) -> Table:
    sums: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for denial in api.pages("claims_api", "/v1/denials", limit=_PAGE):
        reason = (f"{denial['group_code']}-{denial['carc']}", denial["category"], denial["recommended_action"])
        sums[reason][0] += denial["denied_cents"]
        sums[reason][1] += 1
    table = _table("Top denial reasons", "reason", "category", "what helps")
    table.add_column("denied", justify="right")
    table.add_column("cases", justify="right")
    largest = sorted(sums.items(), key=lambda pair: -pair[1][0])[:_DENIAL_ROWS]
    for (code, category, action), (cents, cases) in largest:
        table.add_row(code, _words(category), _words(action), _dollars(cents), str(cases))
    return table


def _print_work_items(api: Api, console: Console) -> None:
    items = api.get("followup_worker", "/v1/work-items", limit=_ITEM_ROWS)["items"]
    console.print(f"\n[bold]{'What to do first' if items else 'Nothing waits for a person'}[/]")
    for number, item in enumerate(items, start=1):
        payer = f", {item['payer']['name']}" if item["payer"] else ""
        last = f", last day {item['deadline_on']}" if item["deadline_on"] else ""
        console.print(f"{number:2}. [bold]{item['label']}[/]: {format_dollars(item['amount_cents'])}{payer}")
        console.print(f"    due {item['due_on']}{last}; {_why(item['why'])}", style="dim", highlight=False)


def _why(why: dict[str, Any]) -> str:
    """The score and what it is made of, the weightiest first: `57 points: due today (30), $940.00 at stake (9)`."""
    points: Counter[str] = Counter()
    for part in why["parts"]:
        points[part["text"].partition(":")[0]] += part["points"]
    return f"{why['score']} points: " + ", ".join(f"{text} ({count})" for text, count in points.most_common() if count)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=f"\n{title}", title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in columns:
        table.add_column(name, justify="right" if name in ("value", "target") else "left")
    return table


def _sign(target: dict[str, Any]) -> str:
    sign: str = target["comparison"]
    return {"<=": "≤", ">=": "≥"}.get(sign, sign)


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "no data"
    return f"{value:.1%}" if unit == "ratio" else f"{value:.1f} {unit}"


def _words(code: str) -> str:
    return code.replace("_", " ")


def _dollars(cents: int) -> str:
    """Whole dollars, for a table."""
    return format_dollars(round(cents, -2))[:-3] if cents else "-"
