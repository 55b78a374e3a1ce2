"""The front page: what this is, and the doors to the apps and the documents."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from flask import Response

from server.kernel.http import current_platform, public
from server.pages import layout

DESK = (
    '<svg viewBox="0 0 40 40" fill="none" stroke="currentColor" stroke-width="2.5" '
    'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
    '<rect x="4" y="6" width="32" height="22" rx="3"/><path d="M14 34h12M20 28v6"/>'
    '<path d="M20 11a5 5 0 0 1 5 5c0 3.500-5 8-5 8s-5-4.500-5-8a5 5 0 0 1 5-5z"/></svg>'
)
PHONE = (
    '<svg viewBox="0 0 40 40" fill="none" stroke="currentColor" stroke-width="2.5" '
    'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
    '<rect x="11" y="3" width="18" height="34" rx="4"/><path d="M16 20l3 3 5-6M18 32h4"/></svg>'
)


@dataclass(frozen=True)
class Texts:
    """The words of the front page in one language."""

    headline: str
    lead: str
    console: tuple[str, str, str]
    field: tuple[str, str, str]
    demo: tuple[str, str]
    roles: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    licence: str


EN = Texts(
    headline="The right engineer, once, with the right part.",
    lead="Tickets, dispatch, parts and an app that works without signal, on your own server.",
    console=(
        "Dispatcher's console",
        "The map, the open tickets, and the day of every engineer. For a desk.",
        "Sign in",
    ),
    field=(
        "Engineer's app",
        "Today's work with checklist, photos, parts and signature, also offline. For a phone.",
        "Open the app",
    ),
    demo=("Demonstration company", "Everybody's password is"),
    roles=(
        ("dispatcher@demo", "books engineers, in the console"),
        ("engineer1@demo", "does the work, in the app"),
        ("dispatcher@demo-cn", "the same company in Shanghai"),
    ),
    links=(
        ("/api/docs", "API reference"),
        ("/api/v1/openapi.json", "OpenAPI document"),
        ("/readyz", "State of the platform"),
    ),
    licence="Free software under Apache-2.0",
)
ZH = Texts(
    headline="一次上门， 人对、件也对。",
    lead="工单、派工、备件，以及没有信号也能用的现场应用，全部运行在您自己的服务器上。",
    console=("调度控制台", "地图、未结工单、每位工程师的一天。适合电脑。", "登录"),
    field=(
        "工程师应用",
        "今日作业、检查项、照片、备件与客户签字，在线离线都能用。适合手机。",
        "打开应用",
    ),
    demo=("演示公司", "所有账号的密码都是"),
    roles=(
        ("dispatcher@demo-cn", "在控制台派工"),
        ("engineer1@demo-cn", "在应用里完成作业"),
        ("dispatcher@demo", "同一家公司的波尔图分部"),
    ),
    links=(
        ("/api/docs", "接口文档（英文）"),
        ("/api/v1/openapi.json", "OpenAPI 文件"),
        ("/readyz", "平台状态"),
    ),
    licence="Apache-2.0 开源软件",
)


@public(own_unit=True)
def home() -> Response:
    """Show what this is and where everything is, in the reader's language."""
    lang = layout.language()
    texts, other, name = (ZH, "en", "English") if lang == "zh-CN" else (EN, "zh-CN", "中文")
    demo = _demo(texts) if current_platform().settings.demo else ""
    body = (
        f'<main><div class="lead"><h1>{_headline(texts)}</h1>'
        f"<p>{escape(texts.lead)}</p></div>"
        f'<div class="doors">{_door("/console/", DESK, texts.console)}'
        f"{_door('/field/', PHONE, texts.field)}</div>{demo}</main>"
        f"<footer>{_links(texts)}<span>{escape(texts.licence)}</span></footer>"
    )
    aside = f'<a href="/?lang={other}" hreflang="{other}" lang="{other}">{name}</a>'
    response = layout.page("Truckroll", body, lang=lang, aside=aside)
    response.headers["Vary"] = "Accept-Language"
    return response


@public(own_unit=True)
def icon() -> Response:
    """Send the product's mark."""
    return Response(layout.MARK, content_type="image/svg+xml")


def _door(path: str, picture: str, texts: tuple[str, str, str]) -> str:
    title, text, invitation = map(escape, texts)
    return (
        f'<section class="card door">{picture}<h2>{title}</h2><p>{text}</p>'
        f'<a class="button" href="{path}" aria-label="{invitation}: {title}">{invitation}</a>'
        "</section>"
    )


def _headline(texts: Texts) -> str:
    # Chinese breaks between any two characters, unless told where.
    return escape(texts.headline).replace("， ", "，<wbr>")


def _demo(texts: Texts) -> str:
    title, password = map(escape, texts.demo)
    roles = "".join(
        f"<li><code>{login}</code><span>{escape(role)}</span></li>" for login, role in texts.roles
    )
    return (
        f'<section class="card demo"><h2>{title}</h2><ul>{roles}</ul>'
        f"<p>{password} <code>demo</code></p></section>"
    )


def _links(texts: Texts) -> str:
    return "".join(f'<a href="{path}">{escape(name)}</a>' for path, name in texts.links)
