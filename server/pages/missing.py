"""What a browser shows for an address that leads nowhere; programs get the problem document."""

from __future__ import annotations

from flask import Response, request
from werkzeug.exceptions import NotFound

from server.kernel import problems
from server.pages import apps, layout

API = "/api/"
TEXTS = {
    "en": (
        "There is nothing here",
        "The address may have been mistyped, or the page has moved.",
        "To the front page",
    ),
    "zh-CN": ("这里没有内容", "地址可能输入有误，或页面已移走。", "返回首页"),
}


def answer(error: NotFound) -> Response:
    """Answer a request for what does not exist: a page for people, the one error shape else."""
    is_page = apps.is_page(request.path, request.headers.get("Accept", ""))
    if not is_page or request.path.startswith(API):
        return problems.to_response(error, error)
    lang = layout.language()
    title, text, way = TEXTS[lang]
    body = (
        f'<main class="card notice"><div><h1>{title}</h1><p>{text}</p>'
        f'<p><a class="button" href="/">{way}</a></p></div></main>'
    )
    response = layout.page(f"Truckroll: {title}", body, 404, lang=lang)
    response.headers["Vary"] = "Accept, Accept-Language"
    return response
