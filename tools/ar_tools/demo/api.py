"""The public API as an EHR vendor calls it: plain HTTP, a token, a practice."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import httpx

_TIMEOUT_SECONDS: Final = 300.0
_RENEW_BEFORE_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.2
_PATIENCE_SECONDS: Final = 180.0
SERVICES: Final = ("claims_api", "followup_worker", "reporting_api")


class ApiError(RuntimeError):
    """A service refused a request; the message is its problem document."""


class Api:
    """Calls by service name and path. `facts` is what `stack.json` holds."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = facts
        self._http = httpx.Client(timeout=_TIMEOUT_SECONDS)
        self._token = ""
        self._renew_at = 0.0

    def close(self) -> None:
        self._http.close()

    def url(self, service: str, path: str = "") -> str:
        return f"{self._facts[service]}{path}"

    def token(self) -> str:
        """A token that is good for a while."""
        if time.monotonic() > self._renew_at:
            form = {
                "grant_type": "client_credentials",
                "client_id": self._facts["client_id"],
                "client_secret": self._facts["client_secret"],
            }
            answer = self._checked(self._http.post(self._facts["token_url"], data=form))
            self._token = answer["access_token"]
            self._renew_at = time.monotonic() + answer["expires_in"] - _RENEW_BEFORE_SECONDS
        return self._token

    def get(self, service: str, path: str, **query: Any) -> Any:
        """The JSON of a GET."""
        return self._call("GET", service, path, params=query)

    def pages(self, service: str, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """The items of every page."""
        cursor: str | None = None
        while True:
            page = self.get(service, path, **query, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def post(self, service: str, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON of a POST."""
        return self._call("POST", service, path, json=body)

    def put(self, service: str, path: str, body: Mapping[str, Any]) -> Any:
        return self._call("PUT", service, path, json=body)

    def upload(self, content: bytes, *, purpose: str | None, key: str) -> Any:
        """What a file became; sending it again under its key changes nothing."""
        return self._call(
            "POST",
            "claims_api",
            "/v1/edi/files",
            params={"purpose": purpose} if purpose else {},
            content=content,
            headers={"Content-Type": "application/edi-x12", "Idempotency-Key": key},
        )

    def download(self, path: str) -> bytes:
        """The bytes behind a path of claims-api."""
        headers = {"Authorization": f"Bearer {self.token()}"}
        answer = self._http.get(self.url("claims_api", path), headers=headers)
        self._refuse_error(answer)
        return answer.content

    def advance(self, to: datetime) -> Any:
        """Move the practice's clock; everything due until then has arrived."""
        return self.post("claims_api", "/v1/test-clock/advance", {"to": to.isoformat()})

    def progress(self) -> dict[str, Any]:
        """How far each service has come."""
        return {service: self.get(service, "/v1/progress") for service in SERVICES}

    def wait_for_everything(self, on_progress: Any) -> None:
        """Return when every event is numbered, followed up and in the reports, and the last sweep saw this time.

        on_progress: called with the newest sequence and the lowest one that is handled. Raises ApiError when nothing
        has moved for three minutes.
        """
        seen: tuple[int, ...] = ()
        moved_at = time.monotonic()
        while True:
            progress = self.progress()
            claims, followup, reporting = (progress[service] for service in SERVICES)
            handled = (followup["sequence"], reporting["sequence"])
            on_progress(claims["sequence"], min(handled))
            if _is_settled(claims, followup, reporting):
                return
            state = (claims["sequence"], *handled)
            if state != seen:
                seen, moved_at = state, time.monotonic()
            if time.monotonic() - moved_at > _PATIENCE_SECONDS:
                raise ApiError(f"nothing moves any more: {progress}")
            time.sleep(_POLL_SECONDS)

    def _call(self, method: str, service: str, path: str, **request: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token()}", **request.pop("headers", {})}
        return self._checked(self._http.request(method, self.url(service, path), headers=headers, **request))

    def _checked(self, answer: httpx.Response) -> Any:
        self._refuse_error(answer)
        return answer.json()

    def _refuse_error(self, answer: httpx.Response) -> None:
        if answer.is_error:
            raise ApiError(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")


def _is_settled(claims: Mapping[str, Any], followup: Mapping[str, Any], reporting: Mapping[str, Any]) -> bool:
    swept_to = followup["swept_to"]
    return (
        claims["waiting"] == claims["undelivered"] == claims["unprocessed_files"] == 0
        and followup["sequence"] == reporting["sequence"] == claims["sequence"]
        and swept_to is not None
        and datetime.fromisoformat(swept_to) >= datetime.fromisoformat(claims["at"])
    )
