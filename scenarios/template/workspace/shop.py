"""The shop: tells a customer what a basket costs."""

import os

import httpx
import uvicorn
from fastapi import FastAPI, HTTPException

app = FastAPI()
prices = httpx.AsyncClient(base_url=os.environ.get("PRICES_URL", "http://prices.example"), timeout=2)


async def price(article: str) -> float:
    """What one piece costs, as the price list has it."""
    answer = await prices.get(f"/api/v1/articles/{article}")
    if answer.status_code != 200:
        print(f"{article}: the price list says {answer.status_code}", flush=True)
        raise HTTPException(503, f"no price of {article}")
    return float(answer.json()["price"])


@app.post("/orders")
async def orders(order: dict) -> dict:
    """The total of one order."""
    total = sum([line["quantity"] * await price(line["article"]) for line in order["lines"]])
    return {"order_id": order["order_id"], "total": round(total, 2)}


@app.get("/health")
async def health() -> dict:
    """We are up."""
    return {"status": "ok"}


if __name__ == "__main__":
    uvicorn.run(app, host=os.environ["HOST"], port=int(os.environ["PORT"]), log_level="warning")
