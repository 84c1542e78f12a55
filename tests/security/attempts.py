"""Attempts of a client on what another practice owns, made from the slots of every operation's contract.

Each attempt must be answered as the same attempt with a random id is, to the byte.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import orjson

from ..support.catalogue import tables  # noqa: TID252  # the tests are not on the import path
from .contract import Operation, Slot, operations
from .files import claim_file, payment_file
from .recipes import RECIPES, a_claim
from .world import INTERNAL, Call, Practice, World, an_npi, fresh

# A caller's own id is free in every practice: an upsert under the id of another practice's party makes a new party.
_OWN_NAMESPACE: Final = "external_id"
_VARYING_HEADERS: Final = ("request-id", "traceparent", "ratelimit", "ratelimit-policy", "content-length", "date")
# (client, does it name the practice?) beside the attacker's own client without a header.
_WAYS: Final = ((None, False), (None, True), ("both", True))

Choose = Callable[[Sequence["Attempt"]], Sequence["Attempt"]]


@dataclass(frozen=True)
class Attempt:
    """One value of the victim in one slot."""

    operation: Operation
    slot: Slot
    value: Any
    client: str
    practice: UUID | str | None

    def __str__(self) -> str:
        return f"{self.operation.key} {self.slot} as {self.client}"


@dataclass
class Outcome:
    """How many attempts were made, and what was wrong with them."""

    count: int
    faults: list[str]


def open_to_clients() -> list[Operation]:
    """Operations that a client of a practice may call for that practice."""
    return [operation for operation in operations().values() if operation.scope not in (None, INTERNAL)]


async def base_calls(world: World, practice: Practice) -> dict[str, Call]:
    """A valid call for each operation, with its subjects made and waiting."""
    return {operation.key: await RECIPES[operation.key](world, practice) for operation in open_to_clients()}


async def attempts_on(world: World, attacker: Practice, victim: Practice) -> list[Attempt]:
    """Every value of the victim in every slot that takes its like, in every way the attacker can ask."""
    found = []
    for operation in open_to_clients():
        for slot in operation.slots:
            if slot.kind == "practice":
                found.append(Attempt(operation, slot, str(victim.uuid), attacker.tag, str(victim.uuid)))
                continue
            for value in await _values(world, operation, slot, victim):
                for client, names_practice in _WAYS:
                    practice = attacker.uuid if names_practice else None
                    found.append(Attempt(operation, slot, value, client or attacker.tag, practice))
    return found


async def _values(world: World, operation: Operation, slot: Slot, victim: Practice) -> list[Any]:
    if slot.kind == "uuid":
        return list(victim.uuids())
    if slot.kind == "reference":
        by_id = [{"id": value} for value in victim.uuids()]
        return by_id + [{"external_id": value} for value in victim.names["external_id"]]
    if slot.kind == "cursor":
        answer = await world.send(operation, Call(query={"limit": 1}), client=victim.tag)
        return [cursor] if answer.is_success and (cursor := answer.json().get("next_cursor")) else []
    return victim.names[slot.kind]


def like(value: Any) -> Any:
    """Something of the same form that nobody owns."""
    if isinstance(value, dict):
        return {name: like(inner) for name, inner in value.items()}
    if isinstance(value, str) and len(value) == 36 and value.count("-") == 4:
        return str(uuid4())
    return "".join(random.choice("ABCDEFGHJK") if letter.isalpha() else letter for letter in value)


def placed(call: Call, slot: Slot, value: Any) -> Call:
    """The call with the value in the slot."""
    name = str(slot.pointer[0])
    if slot.where == "path":
        return replace(call, path={**call.path, name: value})
    if slot.where == "query":
        return replace(call, query={**call.query, name: value} if name in call.query else {name: value})
    if slot.where == "body":
        return replace(call, body=_replaced(call.body, slot.pointer, value))
    return call


LEAST: Final[dict[str, Any]] = {"allocations": [{"amount_cents": 5}]}


def _replaced(body: Any, pointer: tuple[str | int, ...], value: Any) -> Any:
    """Around a slot that the recipe leaves out stands the least that holds it."""
    if not pointer:
        return value
    step, *rest = pointer
    if step == "*":
        return [_replaced(body[0], tuple(rest), value), *body[1:]]
    around = body.get(step, LEAST.get(str(step), [{}] if rest[:1] == ["*"] else {}))
    return {**body, step: _replaced(around, tuple(rest), value)}


async def make_attempts(world: World, attacker: Practice, victim: Practice, choose: Choose) -> Outcome:
    """The chosen attempts, then every base call as its positive control."""
    calls = await base_calls(world, attacker)
    outcome = Outcome(0, [])
    chosen = choose(await attempts_on(world, attacker, victim))
    before = {practice.tag: await fingerprint(world, practice) for practice in (attacker, victim)}
    baselines: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for attempt in chosen:
        if _makes_its_own(attempt):
            continue
        outcome.count += 1
        seen = _seen(await _send(world, attempt, calls, attempt.value))
        key = (attempt.operation.key, attempt.slot, attempt.client, attempt.practice is None, _form(attempt.value))
        if key not in baselines:
            baselines[key] = _seen(await _send(world, attempt, calls, like(attempt.value)))
        if seen != baselines[key]:
            outcome.faults.append(f"{attempt}: {seen} and, for what nobody owns, {baselines[key]}")
        elif attempt.slot.where in ("path", "practice") and seen[0] != 404:
            outcome.faults.append(f"{attempt}: {seen[0]} instead of 404")
    for practice in (attacker, victim):
        changed = await changed_tables(world, practice, before[practice.tag])
        outcome.faults += [f"attempts on {victim.tag} changed {table} of {practice.tag}" for table in changed]
    await _own_names(world, attacker, victim, chosen, calls, outcome)
    changed = await changed_tables(world, victim, before[victim.tag], besides_access=False)
    outcome.faults += [f"{table} of {victim.tag} changed" for table in changed]
    outcome.faults += [fault async for fault in _controls(world, attacker, calls)]
    return outcome


def _makes_its_own(attempt: Attempt) -> bool:
    return attempt.operation.method == "PUT" and attempt.slot.where == "path" and attempt.slot.kind == _OWN_NAMESPACE


def _form(value: Any) -> str:
    return "/".join(value) if isinstance(value, dict) else type(value).__name__


async def _send(world: World, attempt: Attempt, calls: dict[str, Call], value: Any) -> httpx.Response:
    practice = attempt.practice
    if attempt.slot.where == "practice":
        practice = value
    call = placed(calls[attempt.operation.key], attempt.slot, value)
    return await world.send(attempt.operation, call, client=attempt.client, practice=practice)


def _seen(answer: httpx.Response) -> tuple[Any, ...]:
    """All that a caller can tell answers apart by: status, headers, body; without what differs for every request."""
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in _VARYING_HEADERS)
    body = answer.content
    if "json" in answer.headers.get("content-type", ""):
        document = orjson.loads(body)
        if isinstance(document, dict):
            document.pop("request_id", None)
        body = orjson.dumps(document)
    return (answer.status_code, headers, body)


async def _own_names(
    world: World,
    attacker: Practice,
    victim: Practice,
    chosen: Sequence[Attempt],
    calls: dict[str, Call],
    outcome: Outcome,
) -> None:
    """Upserts under names that the victim uses make the attacker's own party, and never show the victim's."""
    theirs = set(victim.uuids())
    for attempt in chosen:
        if not _makes_its_own(attempt):
            continue
        outcome.count += 1
        call = calls[attempt.operation.key]
        fresh_body = (await RECIPES[attempt.operation.key](world, attacker)).body
        call = placed(replace(call, body=fresh_body), attempt.slot, attempt.value)
        answer = await world.send(attempt.operation, call, client=attempt.client, practice=attempt.practice)
        if not answer.is_success or answer.json()["id"] in theirs:
            outcome.faults.append(f"{attempt}: {answer.status_code} {answer.text[:200]}")


# Opposites on the same month: each makes its own beginning.
_ON_ONE_MONTH: Final = frozenset({"claims_api.closePeriod", "claims_api.reopenPeriod"})


async def _controls(world: World, practice: Practice, calls: dict[str, Call]) -> Any:
    for key, made in calls.items():
        call = await RECIPES[key](world, practice) if key in _ON_ONE_MONTH else made
        answer = await world.send(operations()[key], call, client=practice.tag)
        if answer.status_code != call.status:
            yield f"positive control of {key}: {answer.status_code} instead of {call.status}: {answer.text[:200]}"


def in_files(attacker: Practice, victim: Practice) -> Iterator[tuple[str, bytes, bytes]]:
    """(what, file that names the victim's, the same file that names nobody's) for the operations that take files."""
    nobody = an_npi(900_001)
    number = victim.names["patient_control_number"][0]
    yield (
        "a claim that the victim bills",
        claim_file(victim.npi, victim.tin, "A1"),
        claim_file(nobody, "990000009", "A1"),
    )
    yield (
        "a payment to the victim",
        payment_file(victim.npi, [(number, "CO*45")], "T1"),
        payment_file(nobody, [(number, "CO*45")], "T2"),
    )
    yield (
        "a payment for the victim's claim",
        payment_file(attacker.npi, [(number, "CO*45")], "T3"),
        payment_file(attacker.npi, [(like(number), "CO*45")], "T4"),
    )


def in_lines(attacker: Practice, victim: Practice) -> Iterator[tuple[str, bytes, bytes]]:
    """The same for claims in bulk: a line with one reference to what the victim owns."""
    for field in ("patient", "coverage", "billing_entity", "rendering_provider", "location"):
        kind = "provider" if field == "rendering_provider" else field
        line = {**a_claim(attacker), "external_id": fresh("BULK")}
        theirs, nobodys = {**line, field: {"id": victim.one(kind)}}, {**line, field: {"id": str(uuid4())}}
        yield f"a line with the victim's {field}", orjson.dumps(theirs), orjson.dumps(nobodys)


async def fingerprint(world: World, practice: Practice) -> dict[str, str]:
    """How many rows each tenant table has, and the sum of their hashes."""
    one = "SELECT '{0}' AS name, concat(count(*), ' ', sum(hashtextextended(t::text, 0))) AS print FROM {0} t "
    query = " UNION ALL ".join(f"{one.format(table)} WHERE practice_id = $1" for table in tenant_tables())
    return {row["name"]: row["print"] for row in await world.admin.fetch(query, practice.number)}


def tenant_tables() -> list[str]:
    """Full names, of all three services."""
    return [table.fullname for table in tables() if table.info["kind"] == "tenant"]


async def changed_tables(
    world: World, practice: Practice, before: dict[str, str], *, besides_access: bool = True
) -> list[str]:
    """Tables whose rows are not what they were; besides_access leaves out that something was asked for."""
    after = await fingerprint(world, practice)
    changed = [table for table in before if before[table] != after[table]]
    return [table for table in changed if not (besides_access and table.endswith("access_log_pending"))]
