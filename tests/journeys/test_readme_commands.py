"""The commands of the README do what it says, run as a reader would run them."""

import json
import os
import re
import subprocess

import pytest

from ar_tools.test_databases import ROOT

BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
# `make up` takes the usual ports when they are free, so such tests take turns.
pytestmark = pytest.mark.xdist_group("usual_ports")
TALK = next(block for block in BLOCKS if "make up" in block)


def test_the_first_two_commands_are_targets_of_the_makefile() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)

    named = re.findall(r"^make ([a-z-]+)", "\n".join(BLOCKS), flags=re.MULTILINE)

    assert named[:2] == ["demo", "test"]
    assert set(named) <= set(targets)


@pytest.mark.skipif((ROOT / ".run" / "stack.json").exists(), reason="a stack of yours is running in this folder")
def test_the_stack_answers_the_calls_of_the_readme() -> None:
    # The addresses in the README are the usual ports; a machine that uses them gets others in stack.json.
    script = TALK.replace("http://127.0.0.1:8003", '"$(stack reporting_api)"').replace(
        "http://127.0.0.1:8002", '"$(stack followup_worker)"'
    )
    helper = "stack() { python3 -c \"import json; print(json.load(open('.run/stack.json'))['$1'])\"; }\n"
    try:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", helper + script],
            cwd=ROOT,
            env=os.environ,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    finally:
        subprocess.run(["make", "down"], cwd=ROOT, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
    kpis, end = json.JSONDecoder().raw_decode(answers := done.stdout[done.stdout.index("{") :])
    work_items, _ = json.JSONDecoder().raw_decode(answers[end:].lstrip())
    assert "days_in_ar" in {kpi["id"] for kpi in kpis["items"]}
    assert set(work_items) == {"items", "next_cursor"}
