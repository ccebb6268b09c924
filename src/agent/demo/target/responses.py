"""Answers in the forms this application uses: JSON, text, and problems (RFC 9457)."""
from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Dict, Iterable, Optional


@dataclass(frozen=True)
class Response:
    status: HTTPStatus
    content_type: str
    body: Iterable[bytes]
    headers: Dict[str, str] = field(default_factory=dict)


def json_response(value: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return _whole(status, "application/json", json.dumps(value).encode(), {"Cache-Control": "no-store"})


def text_response(text: str) -> Response:
    return _whole(HTTPStatus.OK, "text/plain; charset=utf-8", text.encode(), {})


def problem(
    status: HTTPStatus, code: str, detail: str, retry_after_seconds: Optional[float] = None
) -> Response:
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": detail,
    }
    headers = {"Cache-Control": "no-store"}
    if retry_after_seconds is not None:
        # Rounded up: who comes back after this many seconds must not come too early.
        headers["Retry-After"] = str(max(1, math.ceil(retry_after_seconds)))
    return _whole(status, "application/problem+json", json.dumps(body).encode(), headers)


def _whole(status: HTTPStatus, content_type: str, body: bytes, headers: Dict[str, str]) -> Response:
    return Response(status, content_type, [body], {**headers, "Content-Length": str(len(body))})
