"""A service with an unguarded or unnamed route does not start."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends
from starlette.responses import Response
from starlette.routing import Mount, Route

from ar_shared.platform.auth import Principal, public, require
from ar_shared.platform.route_audit import RouteAuditError
from tests.platform.conftest import World


async def nothing() -> None: ...


async def with_principal(principal: Annotated[Principal, require("claims:read")]) -> None: ...


def router_with(endpoint: Any = with_principal, **options: Any) -> APIRouter:
    router = APIRouter()
    router.get("/x", **{"operation_id": "x", "summary": "X", **options})(endpoint)
    return router


def test_a_guarded_route_starts(world: World) -> None:
    world.app(router_with())
    world.app(router_with(nothing, dependencies=[public()]))


@pytest.mark.parametrize(
    ("router", "fault"),
    [
        (router_with(nothing), "needs exactly one of"),
        (router_with(dependencies=[public()]), "needs exactly one of"),
        (router_with(operation_id=None), "needs an operation_id"),
        (router_with(summary=None), "needs a summary"),
        (router_with(include_in_schema=False), "hidden from the contract"),
    ],
)
def test_a_route_that_breaks_a_rule_is_refused(world: World, router: APIRouter, fault: str) -> None:
    with pytest.raises(RouteAuditError, match=f"/x: .*{fault}"):
        world.app(router)


def test_an_unguarded_route_deep_inside_included_routers_is_found(world: World) -> None:
    inner, outer = APIRouter(prefix="/inner"), APIRouter(prefix="/v1")
    inner.include_router(router_with(nothing))
    outer.include_router(inner)
    with pytest.raises(RouteAuditError, match="/v1/inner/x: needs exactly one of"):
        world.app(outer)


def test_two_routes_with_one_operation_id_are_refused(world: World) -> None:
    with pytest.raises(RouteAuditError, match="operation_id of its own"):
        world.app(router_with(), router_with())


async def plain(_request: Any) -> Response:
    return Response()


@pytest.mark.parametrize("route", [Route("/raw", plain), Mount("/raw", app=Response())])
def test_a_route_outside_the_framework_is_refused(world: World, route: Any) -> None:
    router = APIRouter()
    router.routes.append(route)
    with pytest.raises(RouteAuditError, match="/raw: is not an API route"):
        world.app(router)


async def transaction() -> AsyncIterator[None]:
    yield


@pytest.mark.parametrize("scope", [None, "request", "function"])
def test_a_dependency_that_would_commit_after_the_reply_is_refused(world: World, scope: Any) -> None:
    dependency = Depends(transaction, scope=scope)
    router = router_with(dependencies=[dependency])
    if scope == "function":
        world.app(router)
        return
    with pytest.raises(RouteAuditError, match="yield dependency"):
        world.app(router)


def test_a_scope_outside_the_list_is_refused_at_import() -> None:
    with pytest.raises(ValueError, match="not in the list"):
        require("claims:*")
