"""Fields of the contract: what they take, what they show, what they refuse by name."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError

from server.kernel import geo
from server.kernel.fields import (
    INT_MAX,
    MAX_AMOUNT,
    Area,
    Count,
    Flag,
    InputSchema,
    Instant,
    Money,
    Number,
    Position,
    Quantity,
    Text,
)


class Everything(InputSchema):
    at = Instant()
    quantity = Quantity()
    price = Money()
    change = Quantity(low=-MAX_AMOUNT)
    position = Position()
    area = Area()
    count = Count(1, 10)
    number = Number()
    flag = Flag()
    text = Text(10)


def load(**given_fields: Any) -> Any:
    (value,) = Everything().load(given_fields).values()
    return value


def refusal(**given_fields: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        load(**given_fields)
    messages: Any = refused.value.messages
    assert set(messages) <= set(given_fields)
    return str(messages)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T08:00:00Z", dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)),
        ("2026-03-01T08:00:00+01:00", dt.datetime(2026, 3, 1, 7, tzinfo=dt.UTC)),
        ("1970-01-01T00:00:00Z", dt.datetime(1970, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_an_instant_is_read_with_its_zone_and_kept_in_utc(text: str, expected: dt.datetime) -> None:
    assert load(at=text) == expected
    assert load(at=text).tzinfo is dt.UTC


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-01T08:00:00", "2026-03-01", "yesterday", "", 0, 1.5, None, [],
        "1969-12-31T23:59:59Z",
        "2200-01-01T00:00:01Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
        "2026-02-30T08:00:00Z", "2026-03-01T08:00:00+99:00",
    ],
    ids=repr,
)  # fmt: skip
def test_an_instant_without_zone_or_beyond_reason_is_refused(value: Any) -> None:
    assert refusal(at=value)


instants = st.datetimes(
    dt.datetime(1970, 1, 2),  # noqa: DTZ001 - the strategy adds the zone.
    dt.datetime(2199, 12, 30),  # noqa: DTZ001
    timezones=st.timezones(),
)


@given(instants)
def test_every_instant_comes_back_as_it_went(at: dt.datetime) -> None:
    shown = Instant().serialize("at", {"at": at})

    assert load(at=shown) == at.astimezone(dt.UTC)


parts = st.integers(0, MAX_AMOUNT)


@given(parts)
@example(0)
@example(1)
@example(MAX_AMOUNT)
def test_every_quantity_comes_back_as_it_went(thousandths: int) -> None:
    text = Quantity.to_text(thousandths)

    assert load(quantity=text) == thousandths
    assert Decimal(text) * 1000 == thousandths
    assert not text.endswith(".")


@given(st.integers(-MAX_AMOUNT, MAX_AMOUNT))
def test_amounts_below_zero_come_back_where_they_are_allowed(thousandths: int) -> None:
    assert load(change=Quantity.to_text(thousandths)) == thousandths


@given(parts)
def test_every_amount_of_money_comes_back_as_it_went(amount: int) -> None:
    assert load(price=Money.to_text(amount)) == amount


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        1,
        "1,5",
        "1.0005",
        "-1",
        "",
        "1e3",
        "NaN",
        "Infinity",
        " 1",
        "9" * 13,
        "٣",
        None,
        [],
        ".",
    ],
    ids=repr,
)
def test_a_quantity_is_a_decimal_text_with_three_places(value: Any) -> None:
    assert refusal(quantity=value)


@pytest.mark.parametrize(("text", "thousandths"), [("1.5", 1500), ("0.001", 1), ("2.5000", 2500)])
def test_a_quantity_may_end_with_zeros(text: str, thousandths: int) -> None:
    assert load(quantity=text) == thousandths


def point(*coordinates: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(coordinates)}


@given(st.floats(-180, 180, exclude_min=True), st.floats(-90, 90))
def test_every_position_comes_back_as_it_went(lon: float, lat: float) -> None:
    stored = load(position=point(lon, lat))

    assert geo.lon_lat(stored) == (lon, lat)
    assert Position().serialize("p", {"p": stored}) == point(lon, lat)


def test_the_meridian_of_two_names_comes_back_under_one() -> None:
    stored = load(position=point(-180.0, 12.5))

    assert geo.lon_lat(stored) == (180.0, 12.5)


def test_swapped_coordinates_are_said_to_be_swapped() -> None:
    assert "swapped" in refusal(position=point(41.15, -98.61))
    assert "swapped" not in refusal(position=point(400, 400))


@pytest.mark.parametrize(
    "value",
    [
        [1, 2], "POINT(1 2)", point(), point(1), point(1, 2, 3), point("1", "2"),
        point(True, False),  # noqa: FBT003
        point(None, 1), {"type": "Polygon", "coordinates": [1, 2]}, {"coordinates": [1, 2]},
        point(181, 0), point(0, 91), {"type": "Point"}, point([1], 2), None, 10**400,
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_position_is_refused(value: Any) -> None:
    assert refusal(position=value)


@pytest.mark.parametrize(
    "rings",
    [
        [], [[]], [[[0, 0], [1, 0], [0, 0]]], [[[0, 0], [1, 0], [1, 1], [0, 1]]], "x", None, [1],
        [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]], [[[0, 0]] * 4],
        [[[0, 0], [500, 0], [1, 1], [0, 0]]],
    ],
    ids=repr,
)  # fmt: skip
def test_an_area_that_is_open_empty_or_crosses_itself_is_refused(rings: Any) -> None:
    assert refusal(area={"type": "Polygon", "coordinates": rings})


@pytest.mark.parametrize(
    "value", [True, False, 1.5, "5", 0, 11, None, [], INT_MAX + 1, -(10**30)], ids=repr
)
def test_a_count_is_a_whole_number_within_its_bounds(value: Any) -> None:
    assert refusal(count=value)


@pytest.mark.parametrize("value", [0, 1, "true", "yes", "1", None, []], ids=repr)
def test_a_flag_is_true_or_false_and_nothing_that_looks_like_it(value: Any) -> None:
    assert refusal(flag=value)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), "NaN", 10**400, "x", None, [], True], ids=repr
)
def test_a_number_is_finite(value: Any) -> None:
    assert refusal(number=value)


@pytest.mark.parametrize("text", ["", "   ", "\u3000", "x" * 11, 7, None, ["x"]], ids=repr)
def test_a_text_has_something_in_it_and_an_end(text: Any) -> None:
    assert refusal(text=text)


def test_a_text_loses_its_outer_white_space() -> None:
    assert load(text="  pump  ") == "pump"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1f", "\x7f", "\ud800"])
def test_characters_that_no_database_keeps_are_refused_by_field(character: str) -> None:
    assert "control characters" in refusal(text=f"a{character}b")


def test_line_breaks_and_every_script_are_text() -> None:
    assert load(text="a\r\n\tb 中😀") == "a\r\n\tb 中😀"


@pytest.mark.parametrize("value", [{"a": {"b": ["\x00"]}}, {"\x00": 1}, [["x\ud800"]]], ids=repr)
def test_characters_are_refused_however_deep_they_hide(value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Everything().load({"text": value})

    assert "control characters" in str(refused.value.messages)


def test_nesting_has_an_end() -> None:
    deep: Any = "x"
    for _ in range(100):
        deep = [deep]

    with pytest.raises(ValidationError):
        Everything().load({"text": deep})


def test_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(ValidationError) as refused:
        Everything().load({"colour": "red"})

    assert "colour" in str(refused.value.messages)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(Everything().fields)), json_values)
def test_any_value_for_any_field_is_taken_or_refused(name: str, value: Any) -> None:
    try:
        loaded = Everything().load({name: value})
    except ValidationError:
        return
    assert loaded.keys() == {name}
