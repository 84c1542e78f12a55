"""The rules about who may import whom, each a function from the import graph to the imports that break it."""

import graphlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import grimp

SERVICES: Final = ("claims_api", "followup_worker", "reporting_api")
PACKAGES: Final = ("ar_shared", *SERVICES)
NOUNS: Final = ("domain", "tables", "queries", "schemas", "routes")

# Lower first. A feature imports features before it, never one after it; it tells those through the outbox.
FEATURES: Final[Mapping[str, tuple[str, ...]]] = {
    "claims_api": (
        "codes",
        "practices",
        "access",
        "events",
        "reviews",
        "parties",
        "overpayments",
        "ledger",
        "periods",
        "contracts",
        "claims",
        "charges",
        "documents",
        "edi",
        "submissions",
        "acknowledgements",
        "denials",
        "remittances",
        "held_money",
        "take_backs",
        "resolutions",
        "corrections",
        "paper",
        "receipts",
        "refunds",
        "bank",
        "write_offs",
        "payables",
        "credits",
        "unclaimed_property",
        "versions",
        "coordination",
        "transfers",
        "agencies",
        "appeals",
        "patient",
        "intake",
        "simulator",
        "test_clock",
        "progress",
        "timeline",
        "proofs",
    ),
}

# Which nouns of its own feature each noun may not import; use cases stand between routes and queries.
ABOVE: Final[Mapping[str, tuple[str, ...]]] = {
    "domain": ("tables", "queries", "schemas", "routes"),
    "tables": ("queries", "schemas", "routes"),
    "queries": ("routes",),
    "schemas": ("queries", "routes"),
}

PURE: Final = ("ar_shared.kernel", "ar_shared.x12")
FRAMEWORKS: Final = (
    "alembic",
    "asyncpg",
    "fastapi",
    "httpx",
    "pgqueuer",
    "sqlalchemy",
    "sqlmodel",
    "starlette",
    "uvicorn",
)


def import_graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


def across_services(graph: grimp.ImportGraph) -> list[str]:
    """A service importing another one, or `ar_shared` importing a service."""
    return [
        f"{importer} imports {imported}"
        for importer, imported in _imports(graph)
        if _top(imported) in SERVICES and _top(importer) != _top(imported)
    ]


def of_tools(graph: grimp.ImportGraph) -> list[str]:
    """Anything that runs in production importing the tools."""
    return [f"{importer} imports {imported}" for importer, imported in _imports(graph) if _top(imported) == "ar_tools"]


def cycles_between_siblings(graph: grimp.ImportGraph) -> list[str]:
    """Siblings (and all below them) that import each other in a circle, at any depth."""
    found = []
    for package in sorted(module for module in graph.modules if _top(module) in PACKAGES):
        children = {child: _siblings_imported(graph, child) for child in graph.find_children(package)}
        try:
            graphlib.TopologicalSorter(children).prepare()
        except graphlib.CycleError as error:
            found.append(" > ".join(error.args[1][::-1]))
    return found


def against_the_layers(graph: grimp.ImportGraph) -> list[str]:
    """A noun of a feature importing one above it in the same feature."""
    return [
        f"{importer} imports {imported}"
        for importer, imported in _imports(graph)
        if _feature(importer) == _feature(imported) and _noun(imported) in ABOVE.get(_noun(importer), ())
    ]


def frameworks_in_pure_code(graph: grimp.ImportGraph) -> list[str]:
    """A feature's `domain`, the kernel or x12 reaching a web framework, SQL or an HTTP client, however far."""
    found = []
    for module in sorted(graph.modules):
        if _noun(module) == "domain" or module.startswith(PURE):
            reached = graph.find_upstream_modules(module).intersection(FRAMEWORKS)
            chains = [graph.find_shortest_chain(importer=module, imported=framework) for framework in sorted(reached)]
            found += [" > ".join(chain) for chain in chains if chain]
    return found


def tables_of_others(graph: grimp.ImportGraph) -> list[str]:
    """A feature using another feature's table models outside its own `queries` (joins) and `tables` (keys)."""
    return [
        f"{importer} imports {imported}"
        for importer, imported in _imports(graph)
        if _noun(imported) == "tables"
        and _is_in_feature(importer)
        and _feature(importer) != _feature(imported)
        and _noun(importer) not in ("queries", "tables")
    ]


def against_the_feature_order(graph: grimp.ImportGraph) -> list[str]:
    """A feature importing one that stands after it, or a feature that has no place in the order."""
    return [problem for service, order in FEATURES.items() for problem in _against(graph, service, order)]


def _against(graph: grimp.ImportGraph, service: str, order: tuple[str, ...]) -> Iterator[str]:
    features = sorted({_feature(module) for module in graph.modules if _top(module) == service and _noun(module)})
    place = {f"{service}.{name}": number for number, name in enumerate(order)}
    yield from (f"{feature} has no place in FEATURES" for feature in features if feature not in place)
    for importer, imported in _imports(graph):
        lower, upper = place.get(_feature(importer)), place.get(_feature(imported))
        if lower is not None and upper is not None and lower < upper:
            yield f"{importer} imports {imported}"


def _imports(graph: grimp.ImportGraph) -> Iterable[tuple[str, str]]:
    return sorted(
        (importer, imported)
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    )


def _siblings_imported(graph: grimp.ImportGraph, child: str) -> set[str]:
    below = {child, *graph.find_descendants(child)}
    imported = {name for module in below for name in graph.find_modules_directly_imported_by(module)} - below
    parent = child.rpartition(".")[0]
    depth = child.count(".") + 1
    return {".".join(name.split(".")[:depth]) for name in imported if name.startswith(f"{parent}.")}


def _top(module: str) -> str:
    return module.partition(".")[0]


def _feature(module: str) -> str:
    """`claims_api.appeals` for everything in that folder; a service's own modules are features of one file."""
    return ".".join(module.split(".")[:2])


def _noun(module: str) -> str:
    """`tables` for `claims_api.appeals.tables` and what is below it; empty for verbs and outside features."""
    parts = module.split(".")
    return parts[2] if len(parts) > 2 and parts[0] in SERVICES and parts[2] in NOUNS else ""


def _is_in_feature(module: str) -> bool:
    return module.count(".") >= 2 and _top(module) in SERVICES
