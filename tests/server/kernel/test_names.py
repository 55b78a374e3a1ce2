from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.names import SORT_NAME_LENGTH, sort_name


@pytest.mark.parametrize(
    ("one", "other"),
    [("Straße", "STRASSE"), ("ＡＢＣ", "abc"), (" Águas ", "ÁGUAS"), ("e\u0301", "É")],
)
def test_names_that_differ_in_case_width_or_composition_have_one_key(one: str, other: str) -> None:
    assert sort_name(one) == sort_name(other)


def test_accents_are_kept_apart() -> None:
    assert sort_name("Sé") != sort_name("Se")


@given(st.text(max_size=200))
def test_a_key_fits_its_column(text: str) -> None:
    assert len(sort_name(text)) <= SORT_NAME_LENGTH
