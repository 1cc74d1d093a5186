"""The API's refusals, in the style that the customer's developers chose."""

from collections.abc import Mapping
from typing import Any, Literal

from aiohttp import web

from simulator.parts.problems import Problem, json

Style = Literal["problem", "plain", "ok"]

STATUS = {
    "bad_request": 400,
    "invalid_cursor": 400,
    "invalid_client": 401,
    "token_missing": 401,
    "token_expired": 401,
    "not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "precondition_failed": 412,
    "validation_failed": 422,
    "precondition_required": 428,
    "rate_limited": 429,
    "starting": 503,
    "full": 507,
}
"""The HTTP status of each code."""


class Refused(Exception):
    """A refusal. `fields` says what is wrong with each field."""

    def __init__(
        self,
        code: str,
        detail: str,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.code = code
        self.status = STATUS[code]
        self.detail = detail
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})
        super().__init__(f"{code}: {detail}")

    def response(self, style: Style) -> web.Response:
        """Return the answer in that style."""
        if style == "plain":
            lines = [self.detail, *(f"{name}: {wrong}" for name, wrong in self.fields.items())]
            return web.Response(text="\n".join(lines) + "\n", status=self.status, headers=self.headers)
        if style == "ok":
            error = {"code": self.code.upper(), "message": self.detail, "fields": self.fields}
            return json({"success": False, "error": error}, headers=self.headers)
        errors = [{"field": name, "detail": wrong} for name, wrong in self.fields.items()]
        more = {"errors": errors} if errors else {}
        return Problem(self.status, self.code, self.detail, self.headers, **more).response()


def success(body: Any, status: int, headers: Mapping[str, str], style: Style) -> web.Response:
    """Return an answer that is no refusal; 204 has no body."""
    if style == "ok":
        return json({"success": True, "data": body} if not isinstance(body, dict) else {"success": True, **body})
    return web.Response(status=204, headers=headers) if status == 204 else json(body, status, headers)
