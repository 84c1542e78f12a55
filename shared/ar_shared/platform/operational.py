"""`/livez`, `/readyz`, `/metrics`, `/openapi.json` and `/docs`: for operators and readers."""

import asyncio
import html
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ar_shared.platform.metrics import Metrics
from ar_shared.platform.openapi import operations_of
from ar_shared.platform.problems import problem_response

Probe = Callable[[], Awaitable[bool]]
_PROBE_SECONDS: Final = 3.0
_METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_DOCS_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def operational_routes(document: dict[str, Any], probes: Mapping[str, Probe], metrics: Metrics) -> list[Route]:
    """Routes without a token; they show no data of any practice."""

    async def livez(_request: Request) -> Response:
        return _json({"status": "alive"})

    async def readyz(_request: Request) -> Response:
        results = dict(zip(probes, await asyncio.gather(*map(_passes, probes.values())), strict=True))
        if all(results.values()):
            return _json({"status": "ready", "checks": results})
        return problem_response(
            503,
            "not_ready",
            "The service is waiting for something it needs",
            retryable=True,
            headers={"Retry-After": "2"},
            checks=results,
        )

    async def exposition(_request: Request) -> Response:
        return Response(metrics.exposition(), headers={"Content-Type": _METRICS_TYPE})

    async def openapi_json(_request: Request) -> Response:
        return _json(document)

    async def docs(_request: Request) -> Response:
        return HTMLResponse(docs_page(document), headers={"Content-Security-Policy": _DOCS_POLICY})

    return [
        Route("/livez", livez),
        Route("/readyz", readyz),
        Route("/metrics", exposition),
        Route("/openapi.json", openapi_json),
        Route("/docs", docs),
    ]


def docs_page(document: dict[str, Any]) -> str:
    """A page that lists the operations; it loads nothing from anywhere."""
    rows = "\n".join(
        f"<tr><td><code>{method.upper()} {html.escape(path)}</code></td>"
        f"<td><code>{html.escape(operation['operationId'])}</code></td>"
        f"<td>{html.escape(operation.get('summary', ''))}</td>"
        f"<td>{html.escape(', '.join(_scopes(operation)) or 'public')}</td></tr>"
        for path, method, operation in operations_of(document)
    )
    title, summary = (html.escape(document["info"].get(part, "")) for part in ("title", "summary"))
    return _PAGE.format(title=title, summary=summary, rows=rows)


_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}}
table{{border-collapse:collapse;width:100%}}td,th{{border-bottom:1px solid #ddd;padding:.4rem;text-align:left}}
</style></head>
<body><h1>{title}</h1><p>{summary}</p>
<p>The full contract is <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<table><thead><tr><th>Request</th><th>Operation</th><th>What it does</th><th>Scope</th></tr></thead>
<tbody>
{rows}
</tbody></table></body></html>
"""


def _scopes(operation: dict[str, list[dict[str, list[str]]]]) -> list[str]:
    return [scope for need in operation.get("security", []) for scopes in need.values() for scope in scopes]


async def _passes(probe: Probe) -> bool:
    try:
        return await asyncio.wait_for(probe(), _PROBE_SECONDS)
    except Exception:  # a probe that fails in any way has answered the question
        return False


def _json(body: object) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
