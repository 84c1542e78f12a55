"""The tables of all three services as their models declare them."""

import importlib
from functools import cache

from sqlalchemy import Table

from ar_shared.platform.migrate import PACKAGES


@cache
def tables() -> tuple[Table, ...]:
    """Every table of every service."""
    catalogues = [importlib.import_module(f"{package}.tables").CATALOGUE for package in PACKAGES.values()]
    return tuple(table for catalogue in catalogues for table in catalogue.sorted_tables)
