"""The customers, territories and sites of the demonstration company, around Porto or Shanghai.

Names are put together from words; positions scatter around real districts and stay on land.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from server.kernel import geo
from server.kernel.demo import DemoContext
from server.places import service
from server.places.models import Customer, Site, Territory

CUSTOMERS = 60
SITES = 200

LonLat = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class City:
    """What a city lends to the demonstration: districts, territories as boxes, and words."""

    timezone: str
    spread_degrees: float
    districts: dict[str, LonLat]
    territories: dict[str, tuple[float, float, float, float]]
    trades: Sequence[str]
    buildings: Sequence[str]
    customer_name: str
    site_name: str
    address: str
    streets: Sequence[str]
    access_notes: Sequence[str]
    phone: str
    # Where it is water: west of the coast, and along the river; both from west or south onwards.
    coast: Sequence[LonLat] = ()
    river: Sequence[LonLat] = ()


PORTO = City(
    timezone="Europe/Lisbon",
    spread_degrees=0.012,
    districts={
        "Baixa": (-8.611, 41.152),
        "Boavista": (-8.640, 41.160),
        "Campanhã": (-8.585, 41.156),
        "Paranhos": (-8.603, 41.176),
        "Matosinhos": (-8.672, 41.186),
        "Maia": (-8.620, 41.235),
        "Ermesinde": (-8.553, 41.217),
        "Valongo": (-8.498, 41.190),
        "Gondomar": (-8.532, 41.147),
        "Gaia": (-8.615, 41.122),
        "Canelas": (-8.590, 41.082),
        "Espinho": (-8.628, 41.006),
        "Trofa": (-8.560, 41.337),
        "Santo Tirso": (-8.475, 41.343),
        "Vila do Conde": (-8.722, 41.352),
    },
    territories={
        "Porto Centro": (-8.69, 41.142, -8.565, 41.19),
        "Norte Litoral": (-8.795, 41.19, -8.60, 41.399),
        "Norte Interior": (-8.60, 41.19, -8.358, 41.399),
        "Leste": (-8.565, 41.10, -8.358, 41.19),
        "Gaia e Sul": (-8.795, 40.981, -8.358, 41.142),
    },
    trades=("Hotels", "Clinics", "Cold Stores", "Offices", "Mills", "Bakeries", "Housing"),
    buildings=("Depot", "Tower", "Clinic", "Workshop", "Market Hall", "Plant", "Residence"),
    customer_name="{district} {trade} {n}",
    site_name="{district} {building} {n}",
    address="Rua {street} {house}, {district}",
    streets=("da Fonte", "do Moinho", "das Flores", "da Escola", "do Campo", "da Ponte", "Nova"),
    access_notes=(
        "Ring at the gate; the caretaker has the key to the plant room.",
        "Plant room on the roof, lift to floor 6 and then the stairs.",
        "Deliveries only before 10:00. No signal in the basement.",
        "",
    ),
    phone="+351 220 000 {n:03d}",
    coast=(
        (-8.645, 40.98),
        (-8.655, 41.08),
        (-8.678, 41.15),
        (-8.705, 41.185),
        (-8.725, 41.25),
        (-8.740, 41.30),
        (-8.750, 41.35),
        (-8.775, 41.40),
    ),
    river=(
        (-8.680, 41.147),
        (-8.630, 41.1465),
        (-8.615, 41.140),
        (-8.605, 41.1405),
        (-8.590, 41.145),
        (-8.575, 41.142),
        (-8.560, 41.128),
        (-8.530, 41.095),
        (-8.480, 41.075),
    ),
)
SHANGHAI = City(
    timezone="Asia/Shanghai",
    spread_degrees=0.006,
    districts={
        "静安": (121.447, 31.227),
        "徐汇": (121.437, 31.188),
        "长宁": (121.424, 31.220),
        "虹口": (121.482, 31.270),
        "杨浦": (121.525, 31.285),
        "浦东": (121.545, 31.221),
        "闵行": (121.381, 31.113),
        "宝山": (121.460, 31.380),
        "嘉定": (121.265, 31.375),
        "松江": (121.228, 31.032),
    },
    territories={
        "上海市区": (121.36, 31.16, 121.52, 31.30),
        "浦东片区": (121.52, 30.95, 121.95, 31.30),
        "上海北部": (121.10, 31.30, 121.95, 31.50),
        "上海西南": (121.00, 30.95, 121.52, 31.16),
    },
    trades=("酒店", "医院", "冷链", "写字楼", "纺织", "食品"),
    buildings=("仓库", "大厦", "门诊部", "车间", "商场", "厂区"),
    customer_name="{district}{trade}{n}号公司",
    site_name="{district}{building}{n}号",
    address="上海市{district}区{street}路{house}号",
    streets=("新泉", "东桥", "文苑", "西园", "北河", "南塘"),
    access_notes=("请在门卫处登记。", "机房在地下二层，没有信号。", ""),
    phone="+86 21 5555 {n:04d}",
)
CITIES = {"porto": PORTO, "shanghai": SHANGHAI}


def seed(ctx: DemoContext) -> None:
    """Make territories, customers and sites, unless the tenant has sites already."""
    if ctx.session.scalar(select(Site.id).limit(1)) is None:
        city = CITIES[ctx.city]
        _make_territories(ctx, city)
        ctx.session.flush()
        _make_sites(ctx, city, _make_customers(ctx, city))
        ctx.session.flush()
    for name, model in (("territories", Territory), ("customers", Customer), ("sites", Site)):
        ctx.made[name] = list(ctx.session.scalars(select(model).order_by(model.id)))


def position_near(rng: random.Random, city: City, centre: LonLat) -> LonLat:
    """Return a position on land around the centre of a district."""
    while True:
        lon = rng.gauss(centre[0], city.spread_degrees)
        lat = rng.gauss(centre[1], city.spread_degrees * 0.75)
        if is_on_land(city, lon, lat):
            return round(lon, 6), round(lat, 6)


def is_on_land(city: City, lon: float, lat: float) -> bool:
    """Whether a position lies east of the coast and not in the river."""
    shore = _between([(y, x) for x, y in city.coast], lat)
    if shore is not None and lon < shore + 0.006:
        return False
    middle = _between(city.river, lon)
    return middle is None or abs(lat - middle) > 0.004  # noqa: PLR2004 - half its width and a bank.


def _between(line: Sequence[LonLat], at: float) -> float | None:
    """Read a line drawn from west to east (or from south to north) at one place."""
    for (x1, y1), (x2, y2) in itertools.pairwise(line):
        if x1 <= at <= x2:
            return y1 + (y2 - y1) * (at - x1) / (x2 - x1)
    return None


def _make_territories(ctx: DemoContext, city: City) -> None:
    for name, (west, south, east, north) in city.territories.items():
        ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        service.create_territory(ctx.session, actor=ctx.actor, name=name, area=geo.polygon([ring]))


def _make_customers(ctx: DemoContext, city: City) -> list[Customer]:
    districts = list(city.districts)
    return [
        service.create_customer(
            ctx.session,
            actor=ctx.actor,
            name=city.customer_name.format(
                district=ctx.rng.choice(districts), trade=ctx.rng.choice(city.trades), n=n
            ),
            email=f"facilities{n}@customer{n}.example.com",
            phone=city.phone.format(n=n),
        )
        for n in range(1, ctx.count(CUSTOMERS) + 1)
    ]


def _make_sites(ctx: DemoContext, city: City, customers: Sequence[Customer]) -> None:
    districts = list(city.districts)
    for n in range(1, ctx.count(SITES) + 1):
        # The first districts are the dense ones.
        index = min(int(ctx.rng.expovariate(2.2 / len(districts))), len(districts) - 1)
        district = districts[index]
        position = position_near(ctx.rng, city, city.districts[district])
        service.create_site(
            ctx.session,
            actor=ctx.actor,
            name=city.site_name.format(
                district=district, building=ctx.rng.choice(city.buildings), n=n
            ),
            # Everybody has a site; a few customers have many.
            customer_id=customers[
                n - 1 if n <= len(customers) else int(ctx.rng.triangular(0, len(customers), 0))
            ].id,
            address=city.address.format(
                street=ctx.rng.choice(city.streets),
                house=ctx.rng.randint(1, 240),
                district=district,
            ),
            position=geo.point(*position),
            timezone=city.timezone,
            access_notes=ctx.rng.choice(city.access_notes),
        )
