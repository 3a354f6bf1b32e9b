"""What all tables share: names of constraints, types of columns, ids that are never given twice."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Index, LargeBinary, MetaData, Table, text
from sqlalchemy.orm import DeclarativeBase

from storage.models.columns import CleanText, Json, UtcDateTime

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound="DataclassInstance")

# Ids are never given twice: a lease or a link to a removed row may not hit another one.
STABLE_IDS = {"sqlite_autoincrement": True}


class Base(DeclarativeBase):
    # Every constraint has a name, so that a migration can take it off.
    metadata = MetaData(
        naming_convention={
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy, as its documentation has it
        datetime: UtcDateTime,
        str: CleanText,
        bytes: LargeBinary,
        list[Any]: Json,
        dict[str, Any]: Json,
    }


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index over the rows of which ``where`` is true. It is the same on PostgreSQL; only the
    migrations say so, as naming that here would load its dialect: a tenth of a command's start."""
    return Index(name, *columns, sqlite_where=text(where))


def table_of(model: type[Base]) -> Table:
    """The table, for statements on the way of every page: without the ORM they cost a third."""
    return cast(Table, model.__table__)


def record_from(kind: type[R], row: Any, /, **others: Any) -> R:
    """A record of this kind whose fields are the columns of the row that are called so, but for
    ``others``."""
    copied = {one.name: getattr(row, one.name) for one in fields(kind) if one.name not in others}
    return kind(**copied, **others)
