"""Who may import whom: each rule holds for the real code, and is shown to fail on one planted import."""

from collections.abc import Callable

import grimp
import pytest

from ar_tools import import_rules as rules

Rule = Callable[[grimp.ImportGraph], list[str]]


@pytest.fixture(scope="module")
def code() -> grimp.ImportGraph:
    return rules.import_graph()


@pytest.mark.parametrize(
    "rule",
    [
        rules.across_services,  # services meet over HTTP, events and views, never in Python
        rules.of_tools,  # nothing in production needs the demo or the checks
        rules.cycles_between_siblings,  # a part can be read, tested and moved without its neighbours
        rules.against_the_layers,  # inside a feature: routes > use cases > queries > tables > domain
        rules.frameworks_in_pure_code,  # rules and money can be checked without a server or a database
        rules.tables_of_others,  # a feature's rows are written only by that feature's use cases
        rules.against_the_feature_order,  # a lower feature never calls up; it appends a fact to the outbox
    ],
    ids=lambda rule: rule.__name__,
)
def test_the_code_keeps(rule: Rule, code: grimp.ImportGraph) -> None:
    assert rule(code) == []


def a_graph(*imports: str) -> grimp.ImportGraph:
    """From lines such as `claims_api.appeals.routes > claims_api.appeals.domain`."""
    graph = grimp.ImportGraph()
    for line in imports:
        importer, imported = line.split(" > ")
        for module in (importer, imported):
            parts = module.split(".")
            for length in range(1, len(parts) + 1):
                graph.add_module(".".join(parts[:length]))
        graph.add_import(importer=importer, imported=imported)
    return graph


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        (rules.across_services, ["reporting_api.kpis.routes > claims_api.claims.domain"]),
        (rules.across_services, ["ar_shared.platform.app > claims_api.main"]),
        (rules.of_tools, ["claims_api.main > ar_tools.stack"]),
        (rules.against_the_layers, ["claims_api.claims.queries > claims_api.claims.routes"]),
        (rules.against_the_layers, ["claims_api.claims.domain.states > claims_api.claims.tables"]),
        (rules.frameworks_in_pure_code, ["claims_api.claims.domain > sqlalchemy"]),
        (rules.frameworks_in_pure_code, ["ar_shared.x12.reader > ar_shared.net", "ar_shared.net > httpx"]),
        (rules.tables_of_others, ["claims_api.denials.open_case > claims_api.ledger.tables"]),
        (rules.against_the_feature_order, ["claims_api.ledger.post > claims_api.denials.open_case"]),
        (rules.against_the_feature_order, ["claims_api.horoscopes.routes > claims_api.claims.domain"]),
    ],
)
def test_a_planted_import_is_found(rule: Rule, planted: list[str]) -> None:
    found = rule(a_graph(*planted))

    assert len(found) == 1
    assert planted[0].split(" > ")[0].startswith(found[0].split(" ")[0])


def test_a_planted_circle_is_found_however_deep_and_indirect_it_is() -> None:
    graph = a_graph(
        "claims_api.claims.create_claim > claims_api.ledger.post",
        "claims_api.ledger.domain > claims_api.parties.find",
        "claims_api.parties.names.merge > claims_api.claims.queries",
    )

    assert len(rules.cycles_between_siblings(graph)) == 1


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (rules.across_services, "reporting_api.main > ar_shared.platform.app"),
        (rules.against_the_layers, "claims_api.claims.create_claim > claims_api.claims.queries"),
        (rules.frameworks_in_pure_code, "claims_api.claims.routes > fastapi"),
        (rules.tables_of_others, "claims_api.denials.queries > claims_api.ledger.tables"),
        (rules.tables_of_others, "claims_api.tables > claims_api.ledger.tables"),
        (rules.against_the_feature_order, "claims_api.denials.open_case > claims_api.ledger.post"),
    ],
)
def test_what_is_allowed_is_let_through(rule: Rule, allowed: str) -> None:
    assert rule(a_graph(allowed)) == []
