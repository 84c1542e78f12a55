"""Every table of schema `reporting`, gathered for migrations, lints and tests."""

from reporting_api.access import tables as access
from reporting_api.aging import tables as aging
from reporting_api.base import ReportingTable
from reporting_api.folding import tables as folding
from reporting_api.measures import tables as measures

CATALOGUE = ReportingTable.metadata

__all__ = ["CATALOGUE", "access", "aging", "folding", "measures"]
