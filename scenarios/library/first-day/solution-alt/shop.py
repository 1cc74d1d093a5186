"""The shop: tells a customer what a basket costs. Prices come from the books, at every order anew."""

import asyncio
import logging
import os
import sys

import aiohttp
from aiohttp import web

BOOKS = os.environ.get("BOOKS_URL", "http://books.example")

log = logging.getLogger("shop")


def euros(text: str) -> float:
    """A price as the books write it, as a number."""
    whole, _, cents = text.partition(",")
    return int(whole.replace(".", "")) + int(cents.ljust(2, "0")) / 100


class Books:
    """The customer's bookkeeping program."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def price(self, article: str) -> float:
        """What one piece costs, in euros."""
        async with self._session.get(f"{BOOKS}/api/v1/articles/{article}") as answer:
            answer.raise_for_status()
            record = await answer.json()
        price = euros(record["price"])
        log.info('%s %s: the books say "%s", we ask %.2f', article, record["name"], record["price"], price)
        return price


async def orders(request: web.Request) -> web.Response:
    """`POST /orders`: the total of one order."""
    order = await request.json()
    books: Books = request.app[BOOKKEEPING]
    total = 0.0
    for line in order["lines"]:
        total += line["quantity"] * await books.price(line["article"])
    return web.json_response({"order_id": order["order_id"], "total": round(total, 2)})


async def health(_: web.Request) -> web.Response:
    """`GET /health`: we are up."""
    return web.json_response({"status": "ok"})


BOOKKEEPING = web.AppKey("books", Books)


async def main() -> None:
    """Listen where the platform tells us to."""
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=4)) as session:
        app = web.Application()
        app[BOOKKEEPING] = Books(session)
        app.add_routes([web.post("/orders", orders), web.get("/health", health)])
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, os.environ["HOST"], int(os.environ["PORT"])).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
