"""The answers of the API when it refuses, in Toxiproxy's own words and status codes."""

from typing import Any


class ApiError(Exception):
    """A refusal, with its HTTP status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.message = message
        self.status = status

    def shown(self) -> dict[str, Any]:
        """Return what the API shows of it."""
        return {"error": self.message, "status": self.status}


def bad_body(why: str) -> ApiError:
    """Return the refusal of a body that cannot be read, or not as what it should be."""
    return ApiError(f"bad request body: {why}", 400)


def missing(field: str) -> ApiError:
    """Return the refusal of a body that leaves out what must be there."""
    return ApiError(f"missing required field: {field}", 400)


def not_ours(name: str) -> ApiError:
    """Return the refusal to delete or move a link: the world needs its links where they are."""
    return ApiError(f"{name} is a link of this world: it can be disabled, and neither deleted nor moved", 403)


PROXY_NOT_FOUND = "proxy not found", 404
PROXY_EXISTS = "proxy already exists", 409
TOXIC_NOT_FOUND = "toxic not found", 404
TOXIC_EXISTS = "toxic already exists", 409
INVALID_TYPE = "invalid toxic type", 400
INVALID_STREAM = "stream was invalid, can be either upstream or downstream", 400
"""Message and status of each."""
