"""Column types and constraint helpers for table models, and the four kinds of table.

Rules: `docs/adr/0002-tenancy.md`. Table models are never wire types; they declare what the migration holds.

- tenant: leads with `practice_id`, row-level security on and forced
- control: no patient data, no row-level security, one short list (see `CONTROL`)
- reference: global code sets, readable by every service
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.schema import SchemaItem
from sqlmodel import Field

MAX_NAME: Final = 48

Cents = Annotated[int, Field(sa_type=BigInteger)]
OptCents = Annotated[int | None, Field(default=None, sa_type=BigInteger)]
Big = Annotated[int, Field(sa_type=BigInteger)]
OptBig = Annotated[int | None, Field(default=None, sa_type=BigInteger)]
Small = Annotated[int, Field(sa_type=SmallInteger)]
OptSmall = Annotated[int | None, Field(default=None, sa_type=SmallInteger)]
Str = Annotated[str, Field(sa_type=Text)]
OptStr = Annotated[str | None, Field(default=None, sa_type=Text)]
At = Annotated[datetime, Field(sa_type=DateTime(timezone=True))]
OptAt = Annotated[datetime | None, Field(default=None, sa_type=DateTime(timezone=True))]
On = Annotated[date, Field(sa_type=Date)]
OptOn = Annotated[date | None, Field(default=None, sa_type=Date)]
OptId = Annotated[UUID | None, Field(default=None)]
Units = Annotated[Decimal, Field(sa_type=Numeric(12, 3))]
OptUnits = Annotated[Decimal | None, Field(default=None, sa_type=Numeric(12, 3))]
Json = Annotated[dict[str, Any] | list[Any], Field(sa_type=JSONB)]
OptJson = Annotated[dict[str, Any] | list[Any] | None, Field(default=None, sa_type=JSONB)]
Texts = Annotated[list[str], Field(sa_type=ARRAY(Text))]
Octets = Annotated[bytes, Field(sa_type=LargeBinary)]
OptOctets = Annotated[bytes | None, Field(default=None, sa_type=LargeBinary)]


def _last_column(constraint: Any, _table: Any) -> str:
    return str(constraint.column_keys[-1])


def metadata(schema: str) -> MetaData:
    """A service's own catalogue; every constraint gets an explicit name."""
    return MetaData(
        schema=schema,
        naming_convention={
            "pk": "%(table_name)s_pk",
            "fk": "%(table_name)s_%(last_column)s_fk",
            "uq": "%(table_name)s_%(last_column)s_uq",
            "last_column": _last_column,
        },
    )


def tenant(
    schema: str, *items: SchemaItem, key: str = "id", append_only: bool = False, fillfactor: int | None = None
) -> tuple[Any, ...]:
    """`__table_args__` of a tenant table with primary key `(practice_id, key...)`.

    `fillfactor` (percent) leaves room on each page for rows whose unindexed columns change often: such an update
    stays on its page and touches no index.
    """
    primary = PrimaryKeyConstraint("practice_id", *key.split())
    options = dict(_options(schema, "tenant", append_only=append_only))
    if fillfactor is not None:
        options["postgresql_with"] = {"fillfactor": fillfactor}
    return (*items, primary, options)


def control(schema: str, *items: SchemaItem, append_only: bool = False) -> tuple[Any, ...]:
    """`__table_args__` of a control-plane table: no patient data, no row-level security."""
    return (*items, _options(schema, "control", append_only=append_only))


def reference(schema: str, *items: SchemaItem) -> tuple[Any, ...]:
    """`__table_args__` of a global code set."""
    return (*items, _options(schema, "reference", append_only=False))


def _options(schema: str, kind: str, *, append_only: bool) -> Mapping[str, Any]:
    return {"schema": schema, "info": {"kind": kind, "append_only": append_only}}


def fk(column: str, target: str, *, cascade: bool = False) -> ForeignKeyConstraint:
    """A foreign key inside the practice: `(practice_id, column)` to `(practice_id, id)` of `schema.table`."""
    return ForeignKeyConstraint(
        ["practice_id", column],
        [f"{target}.practice_id", f"{target}.id"],
        ondelete="CASCADE" if cascade else "RESTRICT",
    )


def practice_fk(schema: str = "claims") -> ForeignKeyConstraint:
    """The tenant itself exists."""
    return ForeignKeyConstraint(["practice_id"], [f"{schema}.practice.id"], ondelete="RESTRICT")


def unique(name: str, *columns: str, where: str | None = None) -> SchemaItem:
    """Unique inside the practice; partial with `where`."""
    if where is None:
        return UniqueConstraint("practice_id", *columns, name=name)
    return Index(name, "practice_id", *columns, unique=True, postgresql_where=text(where))


def index(name: str, *columns: str, where: str | None = None) -> Index:
    """An index that leads with `practice_id`."""
    condition = text(where) if where else None
    return Index(name, "practice_id", *columns, postgresql_where=condition)


def one_of(name: str, column: str, values: Any) -> CheckConstraint:
    """A closed set of texts."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name)


def check(name: str, condition: str) -> CheckConstraint:
    """A named row rule."""
    return CheckConstraint(condition, name=name)
