"""A model that answers customers of a wholesaler of tools."""

from typing import Any

QUICK = {"first": {"median": "1ms", "p99": "2ms"}, "token": {"median": "1ms", "p99": "1ms"}, "input": "0s"}
SLOW = QUICK | {"token": {"median": "100ms", "p99": "100ms"}}
"""A story takes more than ten seconds."""
CHATBOT: dict[str, Any] = {
    "models": ["halden-4", "halden-4-mini"],
    "pace": QUICK,
    "read": {"chat": {"pattern": r"chat (C-\d+)", "from": "all"}, "order": r"(HW-\d+)"},
    "key": "chat",
    "rules": [
        {"name": "told", "when": {"tool": "get_order"}, "says": "Order {order} is {tool.status}[, due {tool.eta}]."},
        {"name": "status", "when": {"user": ["where", "status"]}, "calls": {"get_order": {"order_id": "{order}"}},
         "says": "Which order do you mean?"},
        {"name": "refund", "when": {"user": ["refund", "money back"]},
         "says": "Your refund is on its way.", "json": {"intent": "refund", "order": "{order}", "confidence": 0.93}},
        {"name": "long", "when": {"user": "story"}, "says": "Once upon a time there was a wholesaler of tools. " * 20},
    ],
}  # fmt: skip
