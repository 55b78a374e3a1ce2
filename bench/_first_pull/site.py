"""Where the measurement happens: a page with both sides, and a server with documents to pull."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from scripts.web import find_node, node_environment
from server.assets import api as assets
from server.auth import api as auth
from server.kernel import geo
from server.kernel.actors import system
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from tests.builders import a_customer, a_model, a_part, a_site
from tests.sync_client.server import APIServer, api_server

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".bench"
PAGE = Path(__file__).parent / "page"
PEERS = {"rxdb": "17.6.0", "rxjs": "7.8.2"}
PASSWORD = "measured with care"  # noqa: S105 - of a company that lives for a minute.
INSTALL_SECONDS = 600.0
PARTS, SITES, ASSETS = 4000, 2998, 3000


class NotInstalled(Exception):
    """The peer cannot be had here."""


@dataclass(frozen=True)
class Site:
    """A running server with the page under /field/."""

    url: str
    order: dict[str, Any]


def page(output: Path) -> None:
    """Bundle both sides into ``output``; raises NotInstalled."""
    home = _peers()
    sources = home / "page"
    shutil.rmtree(sources, ignore_errors=True)
    shutil.copytree(PAGE, sources)
    script = Path(__file__).with_name("build.ts")
    command = [find_node() / "node", script, sources, output, ROOT / "web"]
    subprocess.run(command, check=True, env=node_environment())


@contextlib.contextmanager
def serving(home: Path, apps: Path) -> Iterator[Site]:
    """Serve the page and ten thousand documents that an engineer may see."""
    url = f"sqlite:///{home}/bench.sqlite"
    with api_server(home, url, TRUCKROLL_WEB_DIST=str(apps)) as server:
        tenant_id, user_id = _company(server)
        login = {"login": "engineer@bench", "password": PASSWORD}
        answer = httpx.post(f"{server.api_url}/api/v1/auth/tokens", json=login)
        account: dict[str, Any] = {
            "tenantId": str(tenant_id),
            "tenantSlug": "bench",
            "tenantName": "Bench",
            "userId": str(user_id),
            "login": "engineer@bench",
            "displayName": "Bench",
            "timezone": "UTC",
            "permissions": [],
            "engineerId": None,
        }
        order = {"token": answer.json()["access_token"], "account": account, "limit": 0}
        count = _visible(server.api_url, order["token"])
        yield Site(server.api_url, {**order, "count": count})


def _visible(url: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    kinds = httpx.get(f"{url}/api/v1/sync/digest", headers=headers).json()["kinds"]
    return sum(kind["count"] for kind in kinds.values())


def _peers() -> Path:
    wanted = json.dumps({"private": True, "type": "module", "dependencies": PEERS})
    home = CACHE / f"rxdb-{hashlib.sha256(wanted.encode()).hexdigest()[:12]}"
    if (home / "node_modules" / "rxdb" / "package.json").exists():
        return home
    home.mkdir(parents=True, exist_ok=True)
    (home / "package.json").write_text(wanted)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run(
            [find_node() / "npm", "install", *options],
            cwd=home,
            check=True,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            env=node_environment(),
        )
    except (subprocess.SubprocessError, OSError) as error:
        reason = getattr(error, "stderr", "") or str(error)
        raise NotInstalled(reason.strip().splitlines()[0] if reason.strip() else "?") from error
    return home


def _company(server: APIServer) -> tuple[Any, Any]:
    with unit_of_work(server.platform, None) as session:
        tenant: Tenant = auth.create_tenant(session, slug="bench", name="Bench", timezone="UTC")
        tenant_id = tenant.id
    with unit_of_work(server.platform, tenant_id, actor=system(tenant_id)) as session:
        user = auth.create_user(
            session,
            actor=system(tenant_id),
            login="engineer",
            display_name="Bench",
            password=PASSWORD,
            roles=["engineer"],
        )
        user_id = user.id
        for number in range(PARTS):
            a_part(session, number=f"P-{number:06}", name=f"Shaft seal {number} mm, FKM, DIN 3760")
    with unit_of_work(server.platform, tenant_id, actor=system(tenant_id)) as session:
        customer, model = a_customer(session).id, a_model(session).id
        sites = [
            a_site(
                session,
                customer_id=customer,
                name=f"Pumping station {number}",
                position=geo.point(-8.61 + number / 1e5, 41.15),
                access_notes="Key at the porter's lodge; ring twice; mind the dog in the yard.",
            ).id
            for number in range(SITES)
        ]
    with unit_of_work(server.platform, tenant_id, actor=system(tenant_id)) as session:
        for number in range(ASSETS):
            assets.create_asset(
                session,
                actor=system(tenant_id),
                name=f"Pump {number}",
                serial=f"CP-40-{number:06}",
                model_id=model,
                site_id=sites[number % SITES],
            )
    return tenant_id, user_id
