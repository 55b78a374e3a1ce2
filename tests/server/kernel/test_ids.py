from __future__ import annotations

import threading
import time

import pytest

from server.kernel import ids as ids_module
from server.kernel.ids import new_id


def test_ids_made_later_sort_later() -> None:
    ids = [new_id() for _ in range(20_000)]

    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_an_id_is_a_uuid_of_version_7_with_the_time_in_front() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before <= made.int >> 80 <= before + 1_000


def test_threads_never_make_the_same_id() -> None:
    made: list[object] = []
    threads = [
        threading.Thread(target=lambda: made.extend(new_id() for _ in range(2_000)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(made)) == 8_000


def test_ids_keep_their_order_when_the_clock_stands_or_goes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moments = iter([2_000_000_000_000_000_000] * 50 + [1_999_999_999_000_000_000] * 50)
    # The clock of this test lies in the future: ids made by others must not go on from there.
    monkeypatch.setattr(ids_module, "_ticks", ids_module._Ticks())
    monkeypatch.setattr(time, "time_ns", lambda: next(moments))

    ids = [new_id() for _ in range(100)]

    assert ids == sorted(set(ids))
