"""`make openapi`: write each service's contract to `services/<name>/openapi.json`; `--check` only compares."""

import argparse
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from ar_tools.stack import SERVICES
from ar_tools.test_databases import ROOT


def contract(package: str) -> str:
    """The service's OpenAPI document as it is committed."""
    document: dict[str, Any] = importlib.import_module(f"{package}.main").create_app().openapi()
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def contract_file(package: str) -> Path:
    return ROOT / "services" / package.replace("_", "-") / "openapi.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ar_tools.openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a committed contract is out of date")
    only_check = parser.parse_args().check
    for name in [name for name in os.environ if name.startswith("AR_")]:
        del os.environ[name]  # the contract is that of the defaults, not of this shell
    stale = []
    for service in SERVICES:
        file, current = contract_file(service.package), contract(service.package)
        if not file.exists() or file.read_text() != current:
            stale.append(str(file.relative_to(ROOT)))
            if not only_check:
                file.write_text(current)
    if stale and only_check:
        sys.exit(f"out of date, run `make openapi`: {', '.join(stale)}")
    print("\n".join(f"written: {name}" for name in stale) or "contracts are up to date")


if __name__ == "__main__":
    main()
