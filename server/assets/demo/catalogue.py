"""The asset models of the demonstration company and how they fail, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from server.kernel.priority import Priority


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault code as it is seeded; titles in English and Chinese."""

    code: str
    title: str
    title_zh: str
    priority: Priority
    minutes: int
    skills: dict[str, int]
    reading: tuple[str, str, str, int | None, int | None]
    needs_visit: bool = True


@dataclass(frozen=True, kw_only=True)
class Model:
    """One asset model as it is seeded, with the faults it knows."""

    name: str
    name_zh: str
    asset_name: str
    asset_name_zh: str
    serial: str
    faults: Sequence[Fault] = field(default_factory=tuple)


TEMPERATURE = ("Temperature", "温度", "°C", 2_000, 60_000)
PRESSURE = ("Pressure", "压力", "bar", 1_000, 8_000)
CURRENT = ("Motor current", "电机电流", "A", None, 32_000)
VIBRATION = ("Vibration", "振动", "mm/s", None, 4_500)
VOLTAGE = ("Voltage", "电压", "V", 380_000, 420_000)
SPEED = ("Speed", "转速", "1/min", 1_400_000, 1_500_000)

PUMP = Model(
    name="Circulation Pump CP-40",
    name_zh="循环泵 CP-40",
    asset_name="Circulation pump",
    asset_name_zh="循环泵",
    serial="CP",
    faults=(
        Fault(
            code="leak",
            title="Shaft seal leaks",
            title_zh="轴封泄漏",
            priority=Priority.NORMAL,
            minutes=90,
            skills={"pumps": 2},
            reading=PRESSURE,
        ),
        Fault(
            code="no-flow",
            title="Runs without flow",
            title_zh="运转无流量",
            priority=Priority.HIGH,
            minutes=75,
            skills={"pumps": 2},
            reading=PRESSURE,
        ),
        Fault(
            code="motor-trip",
            title="Motor protection trips",
            title_zh="电机保护跳闸",
            priority=Priority.HIGH,
            minutes=60,
            skills={"electrical": 2},
            reading=CURRENT,
        ),
        Fault(
            code="setting",
            title="Wrong set point",
            title_zh="设定值错误",
            priority=Priority.LOW,
            minutes=15,
            skills={"controls": 1},
            reading=PRESSURE,
            needs_visit=False,
        ),
    ),
)
CHILLER = Model(
    name="Water Chiller WK-200",
    name_zh="冷水机组 WK-200",
    asset_name="Chiller",
    asset_name_zh="冷水机组",
    serial="WK",
    faults=(
        Fault(
            code="low-refrigerant",
            title="Refrigerant pressure too low",
            title_zh="制冷剂压力过低",
            priority=Priority.HIGH,
            minutes=150,
            skills={"refrigerants": 3},
            reading=PRESSURE,
        ),
        Fault(
            code="high-head",
            title="Condensing pressure too high",
            title_zh="冷凝压力过高",
            priority=Priority.HIGH,
            minutes=120,
            skills={"refrigerants": 2, "controls": 2},
            reading=PRESSURE,
        ),
        Fault(
            code="warm-supply",
            title="Supply water too warm",
            title_zh="供水温度过高",
            priority=Priority.URGENT,
            minutes=120,
            skills={"refrigerants": 2},
            reading=TEMPERATURE,
        ),
        Fault(
            code="fan",
            title="Condenser fan does not run",
            title_zh="冷凝风机不转",
            priority=Priority.NORMAL,
            minutes=90,
            skills={"electrical": 2, "controls": 1},
            reading=CURRENT,
        ),
        Fault(
            code="sensor",
            title="Temperature sensor implausible",
            title_zh="温度传感器异常",
            priority=Priority.LOW,
            minutes=45,
            skills={"controls": 1},
            reading=TEMPERATURE,
        ),
    ),
)
LIFT = Model(
    name="Passenger Lift L6",
    name_zh="客梯 L6",
    asset_name="Lift",
    asset_name_zh="电梯",
    serial="L6",
    faults=(
        Fault(
            code="trapped",
            title="People trapped",
            title_zh="困人",
            priority=Priority.URGENT,
            minutes=60,
            skills={"lifts": 3},
            reading=VOLTAGE,
        ),
        Fault(
            code="door",
            title="Door does not close",
            title_zh="门无法关闭",
            priority=Priority.HIGH,
            minutes=75,
            skills={"lifts": 2},
            reading=CURRENT,
        ),
        Fault(
            code="levelling",
            title="Stops off level",
            title_zh="平层不准",
            priority=Priority.NORMAL,
            minutes=90,
            skills={"lifts": 2},
            reading=VIBRATION,
        ),
    ),
)
COMPRESSOR = Model(
    name="Screw Compressor SK-15",
    name_zh="螺杆压缩机 SK-15",
    asset_name="Air compressor",
    asset_name_zh="空气压缩机",
    serial="SK",
    faults=(
        Fault(
            code="overheat",
            title="Oil temperature too high",
            title_zh="油温过高",
            priority=Priority.HIGH,
            minutes=105,
            skills={"pumps": 2},
            reading=TEMPERATURE,
        ),
        Fault(
            code="low-pressure",
            title="Network pressure too low",
            title_zh="管网压力过低",
            priority=Priority.HIGH,
            minutes=90,
            skills={"pumps": 2},
            reading=PRESSURE,
        ),
        Fault(
            code="bearing",
            title="Bearing noise",
            title_zh="轴承异响",
            priority=Priority.NORMAL,
            minutes=180,
            skills={"pumps": 3, "electrical": 1},
            reading=VIBRATION,
        ),
        Fault(
            code="drive",
            title="Frequency drive fault",
            title_zh="变频器故障",
            priority=Priority.HIGH,
            minutes=120,
            skills={"electrical": 3},
            reading=CURRENT,
        ),
    ),
)
MACHINE_FAULTS = (
    *(
        Fault(
            code=f"comp{n}",
            title=f"Component {n} worn",
            title_zh=f"部件 {n} 磨损",
            priority=Priority.HIGH,
            minutes=90 + 15 * n,
            skills={skill: 2},
            reading=reading,
        )
        for n, skill, reading in (
            (1, "electrical", VOLTAGE),
            (2, "pumps", SPEED),
            (3, "pumps", PRESSURE),
            (4, "electrical", VIBRATION),
        )
    ),
    *(
        Fault(
            code=code,
            title=f"{code.capitalize()} out of range",
            title_zh=f"{title_zh}超出范围",
            priority=Priority.NORMAL,
            minutes=60,
            skills={skill: 1},
            reading=reading,
        )
        for code, title_zh, skill, reading in (
            ("vibration", "振动", "electrical", VIBRATION),
            ("pressure", "压力", "pumps", PRESSURE),
            ("rotation", "转速", "pumps", SPEED),
            ("voltage", "电压", "electrical", VOLTAGE),
        )
    ),
)
BUILDING_SERVICES = (PUMP, CHILLER, LIFT, COMPRESSOR)
MACHINE_MODELS = tuple(
    Model(
        name=f"model{n}",
        name_zh=f"model{n}",
        asset_name="Machine",
        asset_name_zh="机器",
        serial=f"M{n}",
        faults=MACHINE_FAULTS,
    )
    for n in range(1, 5)
)
