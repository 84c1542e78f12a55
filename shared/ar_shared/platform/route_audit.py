"""The start-up check over all routes: nothing is open by oversight, nothing has a name made by a machine."""

import inspect
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from ar_shared.platform.auth.guard import RouteGuard


class RouteAuditError(RuntimeError):
    """At least one route breaks a rule; the message lists every route and rule."""


def audit_routes(app: FastAPI) -> None:
    """Refuse to start with a route that has no operation id, summary or guard, or that commits after its reply.

    Raises RouteAuditError.
    """
    faults: list[str] = []
    seen: set[str] = set()
    for context in iter_route_contexts(app.routes):
        faults += [f"{context.path}: {fault}" for fault in _faults(context, seen)]
    if faults:
        raise RouteAuditError("; ".join(faults))


def _faults(context: RouteContext, seen: set[str]) -> Iterator[str]:
    if not isinstance(context.original_route, APIRoute):
        yield "is not an API route, so nothing guards it"
        return
    if not context.operation_id or context.operation_id in seen:
        yield "needs an operation_id of its own"
    seen.add(context.operation_id or "")
    if not context.summary:
        yield "needs a summary"
    if not context.include_in_schema:
        yield "is hidden from the contract"
    calls = list(_dependencies(context.dependant))
    guards = [dependant for dependant in calls if isinstance(dependant.call, RouteGuard)]
    if len(guards) != 1:
        yield "needs exactly one of require(), require_client() and public()"
    if any(_commits_after_the_reply(dependant) for dependant in calls):
        yield 'has a yield dependency without scope="function"'


def _dependencies(dependant: Dependant) -> Iterator[Dependant]:
    for child in dependant.dependencies:
        yield child
        yield from _dependencies(child)


def _commits_after_the_reply(dependant: Dependant) -> bool:
    call: Any = dependant.call
    yields = inspect.isgeneratorfunction(call) or inspect.isasyncgenfunction(call)
    return yields and dependant.scope != "function"
