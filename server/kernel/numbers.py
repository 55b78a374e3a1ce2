"""Human numbers: what people read out on the telephone, counted per tenant and kind of record."""

from __future__ import annotations

from typing import ClassVar, cast

from sqlalchemy import CheckConstraint, Table, UniqueConstraint, bindparam, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.kernel.db import Base
from server.kernel.session import tenant_of
from server.kernel.tenancy import Tenanted
from server.kernel.types import Code

NUMBERS = {"unscoped": "numbers"}


class NumberCounter(Tenanted, Base):
    """The last number given to one kind of record of a tenant."""

    __tablename__ = "number_counter"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        CheckConstraint("last > 0", name="last_positive"),
    )

    name: Mapped[Code]
    last: Mapped[int] = mapped_column(default=1)


_counter = cast("Table", NumberCounter.__table__)
# Most creations count, so it is made once; the tenant is in it.
_ADVANCE = (
    update(_counter)
    .where(_counter.c.tenant_id == bindparam("of_tenant"), _counter.c.name == bindparam("of_kind"))
    .values(last=_counter.c.last + 1)
    .returning(_counter.c.last)
)


def next_number(session: Session, name: str) -> int:
    """Return the next number of the records called ``name``: 1, 2, 3 and so on.

    The counter's row stays locked until the commit, so creators of one kind in one tenant wait for
    each other; in return a number is never given twice, and one that is rolled back is given again.
    """
    number = _advance(session, name)
    if number is not None:
        return number
    try:
        with session.begin_nested():
            session.add(NumberCounter(name=name))
    except IntegrityError:
        # Somebody else began to count meanwhile; the statement waited for their commit.
        number = _advance(session, name)
        if number is None:
            raise
        return number
    return 1


def _advance(session: Session, name: str) -> int | None:
    values = {"of_tenant": tenant_of(session), "of_kind": name}
    connection = session.connection()
    return connection.execute(_ADVANCE, values, execution_options=NUMBERS).scalar_one_or_none()
