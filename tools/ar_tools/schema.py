"""Render a service's first migration from its table models (`make schema`), until the first release freezes it."""

import importlib
import importlib.util
import sys
from pathlib import Path

from ar_shared.platform.migrate import PACKAGES, migrations_folder
from ar_shared.platform.tenancy import schema_sql


def foundation_sql(service: str) -> str:
    """All statements of the service's first migration, each ended by a line that is a lone `;`."""
    tables = importlib.import_module(f"{PACKAGES[service]}.tables")
    statements = schema_sql(tables.CATALOGUE, service_role=f"ar_{service}")
    return "\n;\n".join(statements) + "\n;\n"


def foundation_file(service: str) -> Path:
    """Where that migration is kept."""
    return migrations_folder(service) / "versions" / "0001_foundation.sql"


def main() -> None:
    """Write the files, or with --check say which are stale."""
    stale = []
    for service in PACKAGES:
        if importlib.util.find_spec(f"{PACKAGES[service]}.tables") is None:
            continue
        path, wanted = foundation_file(service), foundation_sql(service)
        if path.exists() and path.read_text() == wanted:
            continue
        stale.append(path.name)
        if "--check" not in sys.argv:
            path.write_text(wanted)
            print(f"wrote {path}")
    if stale and "--check" in sys.argv:
        sys.exit(f"table models and migrations differ: {', '.join(stale)} (run: make schema)")


if __name__ == "__main__":
    main()
