"""The users of the demonstration company; all of them have the password ``demo``."""

from __future__ import annotations

from server.auth import queries
from server.auth.models import User
from server.auth.rules import BuiltInRole
from server.auth.service import users
from server.kernel.demo import DemoContext

PASSWORD = "demo"  # noqa: S105 - refused unless the demonstration is switched on.
ENGINEERS = 20
STAFF = (
    (BuiltInRole.ADMIN, ("Marta Nogueira", "沈建国")),
    (BuiltInRole.DIRECTOR, ("Rui Valente", "顾晓梅")),
    (BuiltInRole.DISPATCHER, ("Inês Moreira", "陆婷婷")),
    (BuiltInRole.AGENT, ("Beatriz Lopes", "周敏")),
    (BuiltInRole.LEAD, ("Henrique Sá", "唐志强")),
    (BuiltInRole.STOREKEEPER, ("Carla Pinto", "许国平")),
)
ENGINEER_NAMES = {
    "porto": (
        "João Ferreira", "Miguel Costa", "Tiago Almeida", "Pedro Ribeiro", "André Martins",
        "Sofia Carvalho", "Ricardo Teixeira", "Nuno Correia", "Diogo Mendes", "Paulo Nunes",
        "Catarina Soares", "Vítor Vieira", "Luís Monteiro", "Bruno Cardoso", "Filipe Rocha",
        "Rita Neves", "Hugo Coelho", "Jorge Cunha", "Daniel Pires", "Ana Machado",
    ),
    "shanghai": (
        "王强", "李军", "张伟", "刘洋", "陈杰", "杨帆", "赵磊", "黄勇", "吴涛", "徐明",
        "孙鹏", "胡斌", "朱辉", "高飞", "林峰", "何亮", "郭靖宇", "马超", "罗平", "梁栋",
    ),
}  # fmt: skip
ZONES = {"porto": ("pt", "Europe/Lisbon"), "shanghai": ("zh-CN", "Asia/Shanghai")}


def seed(ctx: DemoContext) -> None:
    """Add staff and engineers to a demonstration tenant.

    The engineers' users are left in ``ctx.made["engineer_users"]``, the others under
    ``ctx.made["users"]``.
    """
    chinese = ctx.city == "shanghai"
    ctx.made["users"] = [_user(ctx, role, names[chinese], role) for role, names in STAFF]
    count = ctx.count(ENGINEERS)
    ctx.made["engineer_users"] = [
        _user(ctx, f"engineer{number}", name, BuiltInRole.ENGINEER)
        for number, name in enumerate(ENGINEER_NAMES[ctx.city][:count], start=1)
    ]


def _user(ctx: DemoContext, login: str, name: str, role: BuiltInRole) -> User:
    known = queries.find_user_by_login(ctx.session, login)
    if known is not None:
        return known
    locale, timezone = ZONES[ctx.city]
    return users.create_user(
        ctx.session,
        actor=ctx.actor,
        login=str(login),
        display_name=name,
        password=PASSWORD,
        roles=[role],
        locale=locale,
        timezone=timezone,
        is_demo=True,
    )
