"""PGQueuer's tables, made by the owner: the named exception to the tenancy rules (enum, trigger, serials).

`0002_pgqueuer.sql` is what pgqueuer 1.6.0 renders for schema `followup`; a test compares it with the library in use.
"""

from pathlib import Path

from ar_shared.platform.migrate import run_sql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_HERE = Path(__file__).parent


def upgrade() -> None:
    """Create them and let the service write rows, nothing more."""
    run_sql(_HERE / "0002_pgqueuer.sql")
