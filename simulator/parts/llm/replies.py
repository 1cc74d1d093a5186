"""Answers of `/v1/responses` as the API sends them: one object, or typed server-sent events."""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator import gate
from simulator.parts.llm.answers import Answer
from simulator.parts.llm.desk import Call
from simulator.parts.llm.responses import ResponsesRequest
from simulator.parts.llm.tokens import pieces

_REPEATED: Mapping[str, Any] = {
    "instructions": None, "max_output_tokens": None, "max_tool_calls": None, "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None, "prompt_cache_key": None, "safety_identifier": None, "store": True,
    "temperature": 1.0, "tool_choice": "auto", "tools": [], "top_p": 1.0, "truncation": "disabled", "user": None,
}  # fmt: skip
"""What a response repeats of its request, with the defaults."""


def response(call: Call, answer: Answer, created: int, _fingerprint: str) -> bytes:
    """Return the body of an answer that is sent at once."""
    return gate.dumps(_whole(call, answer, created))


def events(call: Call, answer: Answer, created: int, _fingerprint: str) -> Iterator[tuple[int, bytes]]:
    """Yield (tokens in it, event) of a stream."""
    begun = _response(call, created, "in_progress")
    steps = [(0, "response.created", {"response": begun}), (0, "response.in_progress", {"response": begun})]
    whole = _whole(call, answer, created)
    for place, item in enumerate(whole["output"]):
        steps += _item(place, item, answer)
    steps.append((0, f"response.{whole['status']}", {"response": whole}))
    for number, (made, kind, more) in enumerate(steps):
        event = {"type": kind, "sequence_number": number, **more}
        yield made, b"event: " + kind.encode() + b"\ndata: " + gate.dumps(event) + b"\n\n"


def _whole(call: Call, answer: Answer, created: int) -> dict[str, Any]:
    cut = answer.finish == "length"
    made = _response(call, created, "incomplete" if cut else "completed")
    return made | {
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "completed_at": None if cut else created,
        "output": _output(call, answer, made["status"]),
        "usage": {
            "input_tokens": call.prompt.tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": answer.tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": call.prompt.tokens + answer.tokens,
        },
    }


def _response(call: Call, created: int, status: str) -> dict[str, Any]:
    request = call.prompt.request
    assert isinstance(request, ResponsesRequest)
    given = request.given
    text = given.get("text") or {}
    return {
        "id": call.id, "object": "response", "created_at": created, "completed_at": None, "status": status,
        "background": False, "error": None, "incomplete_details": None, "model": request.model, "output": [],
        "reasoning": {"effort": None, "summary": None}, "service_tier": "default", "top_logprobs": 0, "usage": None,
        "text": {"verbosity": "medium", **text, "format": text.get("format") or {"type": "text"}},
    } | {name: default if given.get(name) is None else given[name] for name, default in _REPEATED.items()}  # fmt: skip


def _output(call: Call, answer: Answer, status: str) -> list[dict[str, Any]]:
    name = call.id.removeprefix("resp_")
    if answer.calls:
        return [
            {"id": f"fc_{name}{n}", "type": "function_call", "status": status, "call_id": one.id, "name": one.name,
             "arguments": one.arguments}
            for n, one in enumerate(answer.calls)
        ]  # fmt: skip
    part = {"type": "refusal", "refusal": answer.text} if answer.refused else _part(answer.text)
    return [{"id": f"msg_{name}", "type": "message", "status": status, "role": "assistant", "content": [part]}]


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


_Step = tuple[int, str, dict[str, Any]]


def _item(place: int, item: Mapping[str, Any], answer: Answer) -> Iterator[_Step]:
    """Yield what is sent about one item of the output while it is being generated."""
    where = {"item_id": item["id"], "output_index": place}
    calls = item["type"] == "function_call"
    empty: dict[str, Any] = {"arguments": ""} if calls else {"content": []}
    made = len(pieces(item["name"])) if calls else 0
    begun = {**item, "status": "in_progress", **empty}
    yield made, "response.output_item.added", {"output_index": place, "item": begun}
    yield from _arguments(where, item) if calls else _content(where, item["content"][0], answer)
    yield 0, "response.output_item.done", {"output_index": place, "item": dict(item)}


def _arguments(where: Mapping[str, Any], item: Mapping[str, Any]) -> Iterator[_Step]:
    for piece in pieces(item["arguments"]):
        yield 1, "response.function_call_arguments.delta", {**where, "delta": piece}
    done = {"name": item["name"], "arguments": item["arguments"]}
    yield 0, "response.function_call_arguments.done", {**where, **done}


def _content(where: Mapping[str, Any], part: Mapping[str, Any], answer: Answer) -> Iterator[_Step]:
    where = {**where, "content_index": 0}
    kind = "refusal" if answer.refused else "text"
    route = "response.refusal" if answer.refused else "response.output_text"
    more: dict[str, Any] = {} if answer.refused else {"logprobs": []}
    yield 0, "response.content_part.added", {**where, "part": {**part, kind: ""}}
    for piece in answer.pieces:
        yield 1, f"{route}.delta", {**where, "delta": piece, **more}
    yield 0, f"{route}.done", {**where, kind: answer.text, **more}
    yield 0, "response.content_part.done", {**where, "part": dict(part)}
