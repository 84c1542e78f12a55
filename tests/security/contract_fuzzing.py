"""Run schemathesis on one service of a running stack, with ids in its hands that exist."""

import asyncio
import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from .contract import documents
from .world import Practice, World

# Covered by the tests of tenancy and of actors; random ones would end every request before its own work begins.
_LEFT_OUT: Final = {"AR-Practice", "AR-Actor"}
_GENERATED: Final = re.compile(r"(\d+) generated")


async def fuzz(world: World, practice: Practice, package: str, folder: Path, *, examples: int, seconds: int) -> int:
    """How many requests schemathesis made. Raises AssertionError with its report for the first failure of any kind.

    examples: how many random ones an operation, beside those that it derives from each constraint.
    """
    schema = folder / f"{package}.json"
    schema.write_text(json.dumps(_with_known_ids(documents()[package], practice)))
    url = str(world.http[package].base_url)
    command = [
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
        *("--config-file", str(Path(__file__).with_name("schemathesis.toml"))),
        *("run", str(schema), "--url", url, "-H", f"Authorization: Bearer {await world.token(practice.tag)}"),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", str(examples), "--no-color"),
        *("--seed", "7", "--generation-deterministic", "--no-shrink"),
        *("--warnings", "off", "--workers", "1"),
    ]
    done = await asyncio.to_thread(
        subprocess.run,
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    made = _GENERATED.search(done.stdout)
    assert made is not None, done.stdout
    return int(made[1])


async def failures_of_ours(http: httpx.AsyncClient) -> list[str]:
    """Lines of the metrics that count answers of 500 or more."""
    exposition = (await http.get("/metrics")).text
    return [line for line in exposition.splitlines() if 'status_class="5xx"' in line and not line.startswith("#")]


def _with_known_ids(document: Mapping[str, Any], practice: Practice) -> dict[str, Any]:
    """The contract in which every id may also be one that exists."""
    changed = copy.deepcopy(dict(document))
    for item in changed["paths"].values():
        for operation in item.values():
            kept = [one for one in operation.get("parameters", []) if one["name"] not in _LEFT_OUT]
            for parameter in kept:
                if parameter["in"] == "path" and (known := _known(parameter["name"], practice)):
                    parameter["schema"] = {"anyOf": [{"enum": known}, parameter["schema"]]}
            operation["parameters"] = kept
    for schema in changed["components"]["schemas"].values():
        for name, inner in schema.get("properties", {}).items():
            kind = "provider" if name == "rendering_provider" else name
            if "Reference" in str(inner) and kind in practice.ids:
                schema["properties"][name] = {"anyOf": [{"enum": [{"id": practice.one(kind)}]}, inner]}
    return changed


def _known(parameter: str, practice: Practice) -> list[str]:
    if parameter == "external_id":
        return practice.names["external_id"]
    kind = {"file_id": "edi_file", "operation_id": "edi_file"}.get(parameter, parameter.removesuffix("_id"))
    return practice.uuids() if kind == "party" else practice.ids.get(kind, [])
