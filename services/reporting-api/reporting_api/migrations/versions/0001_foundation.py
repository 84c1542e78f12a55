"""The foundation: tables, policies and grants from the table models, then the views over them."""

from pathlib import Path

from ar_shared.platform.migrate import run_sql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_HERE = Path(__file__).parent


def upgrade() -> None:
    """Create everything."""
    run_sql(_HERE / "0001_foundation.sql")
    run_sql(_HERE / "0001_views.sql")
