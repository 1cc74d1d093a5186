"""Our few sessions. A new login is the last resort, never the first: the ERP counts them, and locks us out."""

import asyncio
from collections.abc import Awaitable, Callable

Login = Callable[[], Awaitable[str]]


class Session:
    """One of our places in the ERP: taken by one login at a time, renewed when the ERP says that it has ended."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._lock = asyncio.Lock()
        self._token: str | None = None

    async def token(self) -> str:
        """The token to call with. Everybody who needs a new one waits for the same login."""
        async with self._lock:
            if self._token is None:
                self._token = await self._login()
            return self._token

    def ended(self, token: str) -> None:
        """The ERP does not know `token` any more. Somebody else may have renewed it already: then nothing happens."""
        if self._token == token:
            self._token = None

    def surrender(self) -> str | None:
        """Give the place up; returns the token to log out with."""
        token, self._token = self._token, None
        return token


class Sessions:
    """All our places, used in turn, since each carries few calls at once."""

    def __init__(self, count: int, login: Login) -> None:
        self.all = [Session(login) for _ in range(count)]
        self._turn = 0

    def next(self) -> Session:
        """The place whose turn it is."""
        self._turn = (self._turn + 1) % len(self.all)
        return self.all[self._turn]
