"""Nothing answers without a token, nothing with a token that does not allow it."""

import pytest

from ar_shared.platform.auth.scopes import SCOPES

from .contract import operations
from .recipes import RECIPES
from .world import INTERNAL, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

PUBLIC = {"claims_api.issueToken", "claims_api.readSigningKeys"}


async def test_only_the_issuers_own_operations_are_public() -> None:
    assert {key for key, operation in operations().items() if operation.scope is None} == PUBLIC


async def test_without_a_token_every_operation_answers_401(world: World) -> None:
    answers = {
        key: await world.send(operation, await RECIPES[key](world, world.north), client=None)
        for key, operation in operations().items()
        if key not in PUBLIC
    }

    assert {key: answer.status_code for key, answer in answers.items()} == dict.fromkeys(answers, 401)
    assert {answer.headers["www-authenticate"] for answer in answers.values()} == {"Bearer"}
    assert {answer.json()["code"] for answer in answers.values()} == {"unauthenticated"}


async def test_a_token_with_every_scope_but_the_one_needed_is_answered_403(world: World) -> None:
    others = {scope: " ".join(sorted(set(SCOPES) - {scope, INTERNAL})) for scope in SCOPES}
    codes = {}
    for key, operation in operations().items():
        if key not in PUBLIC:
            assert operation.scope is not None
            call = await RECIPES[key](world, world.north)
            answer = await world.send(operation, call, client="north", scope=others[operation.scope])
            codes[key] = (answer.status_code, answer.json()["code"])

    assert codes == dict.fromkeys(codes, (403, "scope_missing"))


async def test_a_client_of_a_practice_gets_no_internal_scope(world: World) -> None:
    form = {"grant_type": "client_credentials", "client_id": "north", "client_secret": "s" * 40, "scope": INTERNAL}

    answer = await world.http["claims_api"].post("/oauth2/token", data=form)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
