"""Sessions of logged-in users. They are few, last for a fixed simulated time, and carry few calls at once."""

import random
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulator.parts.soap_erp.errors import Code, ErpFault
from simulator.parts.soap_erp.params import ErpParams

USER, PASSWORD = "shop", "halden"


@dataclass
class _Session:
    ends: datetime
    calls: int = 0


@dataclass
class Sessions:
    """The open sessions and the lockout of the only user.

    A session's calls are counted until the ERP is done with them, whether or not the caller still waits.
    """

    rules: ErpParams
    """In force from now on; open sessions keep the end that they were given."""
    now: Callable[[], datetime]
    """Returns the simulated time."""
    rng: random.Random
    _open: dict[str, _Session] = field(default_factory=dict)
    _refusals: deque[datetime] = field(default_factory=deque)
    _locked_until: datetime | None = None

    @property
    def open(self) -> int:
        """Return how many sessions are open now."""
        now = self.now()
        self._open = {token: session for token, session in self._open.items() if session.ends > now}
        return len(self._open)

    def login(self, user: str, password: str) -> str:
        """Return a new session's token.

        Raises `ErpFault` when the user is locked out or unknown, or when all sessions are taken.
        """
        now = self.now()
        if self._locked_until is not None and now < self._locked_until:
            raise ErpFault(Code.KENNUNG_GESPERRT)
        if (user, password) != (USER, PASSWORD):
            self._refuse(now)
            raise ErpFault(Code.ZUGANG_FALSCH)
        if self.open >= self.rules.sessions:
            self._refuse(now)
            raise ErpFault(Code.SITZUNGSLIMIT)
        token = f"{self.rng.getrandbits(96):024X}"
        self._open[token] = _Session(now + timedelta(seconds=self.rules.token))
        return token

    def logout(self, token: str) -> None:
        """End a session; its running calls continue to their end. Raises `ErpFault` when it is not open."""
        self._find(token)
        del self._open[token]

    def drop(self, token: str) -> None:
        """End a session whose token never reached its caller."""
        self._open.pop(token, None)

    @contextmanager
    def call(self, token: str) -> Iterator[None]:
        """Hold one of the session's slots. Raises `ErpFault` when it is not open or has none left."""
        session = self._find(token)
        if session.calls >= self.rules.calls:
            raise ErpFault(Code.ZU_VIELE_AUFRUFE)
        session.calls += 1
        try:
            yield
        finally:
            session.calls -= 1

    def _find(self, token: str) -> _Session:
        session = self._open.get(token)
        if session is None or session.ends <= self.now():
            raise ErpFault(Code.SITZUNG_UNGUELTIG)
        return session

    def _refuse(self, now: datetime) -> None:
        lockout = self.rules.lockout
        self._refusals.append(now)
        while now - self._refusals[0] > timedelta(seconds=lockout.within):
            self._refusals.popleft()
        if len(self._refusals) >= lockout.after:
            self._locked_until = now + timedelta(seconds=lockout.lasts)
            self._refusals.clear()
            self._open.clear()
