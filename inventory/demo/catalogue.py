"""The parts of the demonstration company, in English and Chinese, and which faults take them."""

from __future__ import annotations

from typing import NamedTuple


class DemoPart(NamedTuple):
    """One part as it is seeded; the price is in whole euros, ``quantity`` of it is in a machine."""

    number: str
    model: str
    name: str
    name_zh: str
    price: int
    quantity: int = 1
    unit: str = "pcs"


PUMP, CHILLER, LIFT, COMPRESSOR, MACHINE = "CP", "WK", "L6", "SK", "M"
# How the names of the asset models begin to differ: the type plate's letters.
MODEL_MARKS = {
    "CP-40": PUMP,
    "WK-200": CHILLER,
    "L6": LIFT,
    "SK-15": COMPRESSOR,
    "model": MACHINE,
}
PARTS = (
    DemoPart("CP-101", PUMP, "Mechanical shaft seal 24 mm", "机械密封 24 mm", 64),
    DemoPart("CP-102", PUMP, "O-ring set, pump housing", "泵体 O 形圈组", 9),
    DemoPart("CP-103", PUMP, "Impeller 165 mm, bronze", "青铜叶轮 165 mm", 118),
    DemoPart("CP-104", PUMP, "Motor protection switch 6–10 A", "电机保护开关 6–10 A", 57),
    DemoPart("CP-105", PUMP, "Coupling insert", "联轴器弹性块", 14, 2),
    DemoPart("CP-106", PUMP, "Differential pressure sensor 0–4 bar", "压差传感器 0–4 bar", 96),
    DemoPart("CP-107", PUMP, "Check valve DN 50", "止回阀 DN 50", 72),
    DemoPart("WK-201", CHILLER, "Refrigerant R-134a", "制冷剂 R-134a", 38, 40, "kg"),
    DemoPart("WK-202", CHILLER, "Filter drier 16 mm", "干燥过滤器 16 mm", 27),
    DemoPart("WK-203", CHILLER, "Electronic expansion valve", "电子膨胀阀", 214),
    DemoPart("WK-204", CHILLER, "Condenser fan motor 1.1 kW", "冷凝风机电机 1.1 kW", 189, 2),
    DemoPart("WK-205", CHILLER, "Fan capacitor 20 µF", "风机电容 20 µF", 11, 2),
    DemoPart("WK-206", CHILLER, "High-pressure switch", "高压开关", 43),
    DemoPart("WK-207", CHILLER, "Temperature sensor NTC 10k", "温度传感器 NTC 10k", 16, 3),
    DemoPart("WK-208", CHILLER, "Coil cleaner", "翅片清洗剂", 8, 2, "l"),
    DemoPart("WK-209", CHILLER, "Oil, polyolester", "冷冻油 POE", 21, 6, "l"),
    DemoPart("L6-301", LIFT, "Door operator belt", "门机皮带", 33),
    DemoPart("L6-302", LIFT, "Door light curtain", "光幕", 265),
    DemoPart("L6-303", LIFT, "Door lock contact", "门锁触点", 24, 6),
    DemoPart("L6-304", LIFT, "Levelling sensor, magnetic", "磁感应平层传感器", 58, 2),
    DemoPart("L6-305", LIFT, "Brake relay 24 V", "抱闸继电器 24 V", 31),
    DemoPart("L6-306", LIFT, "Emergency battery 12 V 7 Ah", "应急电池 12 V 7 Ah", 36),
    DemoPart("L6-307", LIFT, "Guide shoe insert", "导靴衬", 12, 4),
    DemoPart("SK-401", COMPRESSOR, "Oil filter", "机油滤芯", 22),
    DemoPart("SK-402", COMPRESSOR, "Air filter", "空气滤芯", 29),
    DemoPart("SK-403", COMPRESSOR, "Oil separator element", "油气分离芯", 87),
    DemoPart("SK-404", COMPRESSOR, "Thermostatic valve kit", "温控阀组件", 49),
    DemoPart("SK-405", COMPRESSOR, "Screw oil", "螺杆机油", 13, 8, "l"),
    DemoPart("SK-406", COMPRESSOR, "Intake valve kit", "进气阀组件", 102),
    DemoPart("SK-407", COMPRESSOR, "Motor bearing 6308", "电机轴承 6308", 41, 2),
    DemoPart("SK-408", COMPRESSOR, "Frequency drive cooling fan", "变频器散热风扇", 54),
    DemoPart("SK-409", COMPRESSOR, "Drive control board", "变频器控制板", 388),
    DemoPart("M-501", MACHINE, "Component 1: servo controller", "部件 1：伺服控制器", 420),
    DemoPart("M-502", MACHINE, "Component 2: spindle drive", "部件 2：主轴驱动", 510),
    DemoPart("M-503", MACHINE, "Component 3: hydraulic unit", "部件 3：液压单元", 365),
    DemoPart("M-504", MACHINE, "Component 4: damping element", "部件 4：减振元件", 145),
    DemoPart("M-505", MACHINE, "Spindle bearing set", "主轴轴承组", 132),
    DemoPart("M-506", MACHINE, "Hydraulic hose 3/8 inch", "液压软管 3/8 英寸", 19, 4, "m"),
    DemoPart("M-507", MACHINE, "Speed encoder", "转速编码器", 88),
    DemoPart("M-508", MACHINE, "Power supply 24 V 10 A", "开关电源 24 V 10 A", 76),
)
# By model and fault code: what a repair usually takes, at most two parts, in whole units.
FAULT_PARTS: dict[tuple[str, str], tuple[tuple[str, int], ...]] = {
    (PUMP, "leak"): (("CP-101", 1), ("CP-102", 1)),
    (PUMP, "no-flow"): (("CP-103", 1), ("CP-105", 2)),
    (PUMP, "motor-trip"): (("CP-104", 1),),
    (PUMP, "setting"): (("CP-106", 1),),
    (CHILLER, "low-refrigerant"): (("WK-201", 5), ("WK-202", 1)),
    (CHILLER, "high-head"): (("WK-206", 1), ("WK-208", 2)),
    (CHILLER, "warm-supply"): (("WK-203", 1),),
    (CHILLER, "fan"): (("WK-204", 1), ("WK-205", 1)),
    (CHILLER, "sensor"): (("WK-207", 1),),
    (LIFT, "trapped"): (("L6-305", 1), ("L6-303", 1)),
    (LIFT, "door"): (("L6-301", 1), ("L6-302", 1)),
    (LIFT, "levelling"): (("L6-304", 1),),
    (COMPRESSOR, "overheat"): (("SK-404", 1), ("SK-405", 6)),
    (COMPRESSOR, "low-pressure"): (("SK-402", 1), ("SK-406", 1)),
    (COMPRESSOR, "bearing"): (("SK-407", 2),),
    (COMPRESSOR, "drive"): (("SK-408", 1), ("SK-409", 1)),
    (MACHINE, "comp1"): (("M-501", 1),),
    (MACHINE, "comp2"): (("M-502", 1),),
    (MACHINE, "comp3"): (("M-503", 1), ("M-506", 2)),
    (MACHINE, "comp4"): (("M-504", 1),),
    (MACHINE, "vibration"): (("M-505", 1),),
    (MACHINE, "pressure"): (("M-506", 2),),
    (MACHINE, "rotation"): (("M-507", 1),),
    (MACHINE, "voltage"): (("M-508", 1),),
}
