"""Who may call, and how often: tokens by OAuth's client credentials (RFC 6749 §4.4), and an allowance."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from simulator.parts.bucket import Bucket
from simulator.parts.rest_api.params import Limit, Login
from simulator.parts.rest_api.problems import Refused


class Access:
    """The tokens and the allowance of one lap."""

    def __init__(self, now: Callable[[], datetime], rate: Callable[[], float], rng: random.Random) -> None:
        self._now = now
        self._rate = rate
        self._rng = rng
        self._tokens: dict[str, datetime] = {}
        self._login: Login | None = None
        self._limit: Limit | None = None
        self._bucket: Bucket | None = None

    def configure(self, login: Login | None, limit: Limit | None) -> None:
        """Apply new rules; tokens keep their expiry, and an unchanged allowance its level."""
        self._login = login
        if limit != self._limit:
            self._limit = limit
            self._bucket = Bucket(limit.requests, limit.per, self._now) if limit else None

    @property
    def open(self) -> int:
        """Return how many tokens are valid."""
        now = self._now()
        self._tokens = {token: ends for token, ends in self._tokens.items() if ends > now}
        return len(self._tokens)

    def login(self, form: Mapping[str, str]) -> dict[str, str | int]:
        """Return the answer to a request for a token. Raises `Refused`."""
        rules = self._login
        if rules is None:
            raise Refused("not_found", "No login is needed.")
        if form.get("grant_type") != "client_credentials":
            raise Refused("bad_request", "grant_type must be client_credentials.")
        if (form.get("client_id"), form.get("client_secret")) != (rules.client, rules.secret):
            raise Refused("invalid_client", "Client unknown, or its secret wrong.")
        token = f"{self._rng.getrandbits(160):040x}"
        self._tokens[token] = self._now() + timedelta(seconds=rules.token)
        # `expires_in` counts the seconds of whoever reads it: wall time.
        lives = int(rules.token / max(self._rate(), 1e-9))
        return {"access_token": token, "token_type": "Bearer", "expires_in": lives}

    def check(self, authorization: str) -> None:
        """Check that a caller with that header is admitted. Raises `Refused` otherwise."""
        if self._login is None:
            return
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            challenge = {"WWW-Authenticate": "Bearer"}
            raise Refused("token_missing", "Log in first: POST /oauth/token.", headers=challenge)
        ends = self._tokens.get(token.strip())
        if ends is None or ends <= self._now():
            challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            raise Refused("token_expired", "The access token is unknown or has expired.", headers=challenge)

    def count(self) -> None:
        """Count a request. Raises `Refused` when the allowance is used up."""
        if self._bucket is None or self._limit is None:
            return
        wait = self._bucket.wait(1)
        if wait > 0:
            seconds = max(-(-wait / max(self._rate(), 1e-9) // 1), 1)
            headers = {"Retry-After": f"{seconds:.0f}"} if self._limit.tells else {}
            raise Refused("rate_limited", "Too many requests.", headers=headers)
        self._bucket.charge(1)
