"""A request that changes something: done once under the caller's key, answered with its ETag, written to the log."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import Header, Request, Response

from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import etag_of
from ar_shared.platform.idempotency import StoredAnswer, request_key, store_answer, stored_answer
from ar_shared.platform.types import WireModel
from claims_api.acting import Acting, acting
from claims_api.wiring import Wiring

IdempotencyHeader = Annotated[
    str | None, Header(alias="Idempotency-Key", description="Makes a repeat of this request harmless.")
]
SCHEMA: Final = "claims"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the body does not carry: `version` is for the ETag, `subject_id` for the access log, `status` if another."""

    body: WireModel
    version: int | None = None
    subject_id: UUID | None = None
    status: int | None = None


Work = Callable[[Connection, Acting], Awaitable[WireModel | Answer]]


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` is what the access log calls the subject; `operation` is the operation's id.

    posts: False for what never posts, so that it need not wait while a month is closed.
    """

    request: Request
    principal: Principal
    wired: Wiring
    key: str | None
    operation: str
    kind: str
    status: int = 200
    posts: bool = True

    async def run(self, subject_id: UUID | None, work: Work) -> Response:
        """`work` returns what is answered, in one transaction with the log; the first answer again for a repeat."""
        practice_id, principal = self.principal.practice_id, self.principal
        url = self.request.url
        named = f"{self.operation} {url.path}?{url.query}"
        key = request_key(principal.client_id, self.key, named, await self.request.body())
        lock = key.lock(practice_id) if key else None
        headers: dict[str, str] = {}
        async with self.wired.database.tenant_tx(practice_id, key_lock=lock, period_open=self.posts) as connection:
            answer = await stored_answer(connection, SCHEMA, practice_id, key)
            if answer is None:
                who = await acting(connection, principal, self.wired.clock)
                made = _whole(await work(connection, who))
                subject_id = subject_id or made.subject_id
                answer = StoredAnswer(made.status or self.status, made.body.model_dump_json().encode())
                if made.version is not None:
                    headers["ETag"] = etag_of(made.version)
                await store_answer(connection, SCHEMA, practice_id, key, answer, who.machine)
            else:
                headers["Idempotency-Replayed"] = "true"
            access = access_by(principal, self.wired.clock.now(), self.operation, "change", self.kind, subject_id)
            await record_access(connection, SCHEMA, practice_id, access)
        return Response(answer.body, answer.status, headers, media_type="application/json")


def _whole(made: WireModel | Answer) -> Answer:
    if isinstance(made, Answer):
        return made
    return Answer(made, getattr(made, "version", None), getattr(made, "id", None))
