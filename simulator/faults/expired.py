"""Credentials count no more: 401 with WWW-Authenticate (RFC 9110 §11.6.1) in the target's place, until a new login.

What does it: an authenticating gateway (oauth2-proxy, Kong, Apigee) that lost its sessions in a restart, or whose
signing keys were rotated. Tokens that the customer's system lets run out are a setting of its part.
"""

from fnmatch import fnmatchcase
from random import Random

from pydantic import BaseModel, ConfigDict, Field

from simulator.faults.base import FaultKind, FaultParams, RequestHead
from simulator.faults.effects import FaultEffect, Reply
from simulator.faults.fields import HeaderValue
from simulator.faults.message import Message


class Login(BaseModel):
    """Globs that tell which requests are logins."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: str = "POST"
    path: str = Field(pattern=r"^[/*]")
    """Without the query."""

    def picks(self, head: RequestHead) -> bool:
        """Whether this request is a login."""
        return fnmatchcase(head.method, self.method.upper()) and fnmatchcase(head.path, self.path)


class Expired(FaultParams):
    """`expired: {login: {path: /oauth/token}}`; without `login`, nothing helps while it is on."""

    login: Login | None = None
    """Never struck; once the target has answered one with 2xx, the fault strikes no more."""
    challenge: HeaderValue = 'Bearer error="invalid_token", error_description="The access token expired"'
    """What WWW-Authenticate says (RFC 6750 §3)."""
    body: str = '{"error": "invalid_token"}'
    """Body of the refusal."""
    media: str = "application/json"
    """Content-Type of the body."""

    def reply(self) -> Reply:
        """Return the refusal."""
        return Reply(401, self.body.encode(), self.media, (("WWW-Authenticate", self.challenge),))


class Sessions:
    """Remembers whether somebody has logged in since the fault was switched on."""

    def __init__(self, params: Expired) -> None:
        self._params = params
        self._renewed = False

    def answer(self, head: RequestHead, _now: float) -> Reply | None:
        """Return 401 to all but logins, until a login has succeeded."""
        login = self._params.login
        return None if self._renewed or (login and login.picks(head)) else self._params.reply()

    def wants(self, head: RequestHead, _picked: bool) -> bool:
        """Whether this is a login whose outcome counts."""
        login = self._params.login
        return not self._renewed and login is not None and login.picks(head)

    def learn(self, _head: RequestHead, answer: Message | None, _now: float) -> None:
        """Take note of a login that succeeded."""
        self._renewed |= answer is not None and 200 <= answer.status < 300


def _effect(params: Expired, _rng: Random) -> FaultEffect:
    return FaultEffect("request", (params.reply(),), "answered 401")


EXPIRED = FaultKind("expired", Expired, frozenset({"http"}), _effect, memory=Sessions, denies=True)
