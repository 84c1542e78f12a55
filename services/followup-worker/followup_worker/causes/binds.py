"""Arguments and conditions that cause queries are put together from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID


@dataclass(slots=True)
class Binds:
    """Arguments of a statement under construction; `$1` is the practice."""

    values: list[Any] = field(default_factory=list)

    def __call__(self, value: Any, sql_type: str) -> str:
        """The placeholder of one more argument."""
        self.values.append(value)
        return f"${len(self.values)}::{sql_type}"

    def among(self, column: str, values: Sequence[str]) -> str:
        """The column is one of these."""
        return f"{column} = ANY({self(list(values), 'text[]')})"

    def days_ago(self, column: str, today: date, days: int) -> str:
        """The day in the column was so many days ago, or more; the day itself is day 0."""
        return f"{column} <= {self(today - timedelta(days=days), 'date')}"

    def in_scope(self, column: str, scope: Sequence[UUID] | None) -> list[str]:
        """The subject is one of those to look at; no condition for all of them."""
        return [] if scope is None else [f"{column} = ANY({self(list(scope), 'uuid[]')})"]
