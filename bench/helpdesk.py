"""Tickets against django-helpdesk, on one PostgreSQL, by one client, in one run.

Both are served over HTTP as in production: ours by granian with authentication, audit trail,
change feed, outbox and pokes on; theirs by gunicorn with two workers. 800 tickets are present when
the list and the assignment are measured. The rounds of the two take turns.

What is compared: creating a ticket with five fields; the 50 newest tickets; giving the work of a
ticket to somebody. For theirs that is PATCH ``assigned_to`` of the ticket. Ours knows no such
field: work is given by booking an engineer for the ticket's work order, which also checks skills,
shift, absence and overlap, makes the booking and tells the work order. It is the dearer operation,
and the one a dispatcher carries out for the same end.

The ratio is of CPU time in all serving processes. What PostgreSQL spent stands in brackets. The
last number of a row is the ratio when Django is told to keep its database connections open.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil

from bench._helpdesk import ours, theirs
from bench._helpdesk.client import Ask, Side, Spent, answer_all, spend
from tests import servers

TICKETS = 800
ROUNDS = 5
CREATED, ASSIGNED = 100, 40
# Theirs takes half a second for a list or an assignment: a few tell enough.
LISTED, FEW = 100, 8
WANTED = 5.0
BEFORE = TICKETS - ROUNDS * CREATED


def run() -> list[str]:
    """Return a row each for creating, listing and assigning, or why there is none."""
    try:
        server = servers.PostGIS()
    except servers.Missing as error:
        return [f"not measured, {error}"]
    try:
        return _compare(server)
    except theirs.NotInstalled as error:
        return [f"not measured, django-helpdesk: {error}"]
    finally:
        server.stop()


def _compare(server: servers.PostGIS) -> list[str]:
    lines = (Path(server.directory) / "cluster" / "postmaster.pid").read_text().splitlines()
    database = psutil.Process(int(lines[0]))
    server.new_database("helpdesk")
    server.new_database("helpdesk_kept")
    with (
        theirs.serving("helpdesk", server.port, database) as plain,
        theirs.serving("helpdesk_kept", server.port, database, keep_open=True) as kept,
        ours.serving(server.new_database("ours"), database, work_orders=BEFORE) as own,
    ):
        own.sign_in()
        for other in (plain, kept):
            made = answer_all(other, [other.creation(number) for number in range(BEFORE)])
            other.ticket_ids += [ticket["id"] for ticket in made]
        answer_all(own, [own.listing()] * FEW)
        sides = (own, plain, kept)
        rows = [_row("create", sides, _creations)]
        own.sign_in()
        assert len(answer_all(own, [own.listing()])[0]["items"]) == 50
        for other in (plain, kept):
            (page,) = answer_all(other, [other.listing()])
            assert (page["count"], len(page["results"])) == (TICKETS, 50)
        rows.append(_row("list 50", sides, _listings))
        own.sign_in()
        rows.append(_row("assign", sides, _assignments))
    return rows


def _row(name: str, sides: tuple[Side, Side, Side], asks: Callable[[Side, int], list[Ask]]) -> str:
    spent = dict.fromkeys(sides, Spent())
    for turn in range(ROUNDS):
        for side in spent:
            work = asks(side, turn)
            spent[side] += spend(side, work) / len(work) / ROUNDS
    mine, their, kept = spent.values()
    ratio = their.serving / mine.serving
    return (
        f"{name}: {mine.serving:.2f} ms of CPU (PostgreSQL {mine.database:.2f}), django-helpdesk "
        f"{their.serving:.1f} ms ({their.database:.1f}): ratio {ratio:.1f} (at least {WANTED:g}) "
        + ("ok" if ratio >= WANTED else "TOO LITTLE")
        + f"; {kept.serving / mine.serving:.1f} with its connections kept open"
    )


def _creations(side: Side, turn: int) -> list[Ask]:
    return [side.creation(BEFORE + turn * CREATED + number) for number in range(CREATED)]


def _listings(side: Side, turn: int) -> list[Ask]:
    del turn
    return [side.listing()] * (FEW if isinstance(side, theirs.Theirs) else LISTED)


def _assignments(side: Side, turn: int) -> list[Ask]:
    count = FEW if isinstance(side, theirs.Theirs) else ASSIGNED
    return [side.assignment(turn * count + number) for number in range(count)]
