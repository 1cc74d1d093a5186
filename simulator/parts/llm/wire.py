"""Answers as the API sends them: one object, or server-sent events token by token."""

from collections.abc import Iterator
from typing import Any

from simulator import gate
from simulator.parts.llm.answers import Answer
from simulator.parts.llm.desk import Call
from simulator.parts.llm.requests import ToolCall
from simulator.parts.llm.tokens import pieces

DONE = b"data: [DONE]\n\n"


def completion(call: Call, answer: Answer, created: int, fingerprint: str) -> bytes:
    """Return the body of an answer that is sent at once."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.text, "refusal": None, "annotations": []}
    if answer.refused:
        message |= {"content": None, "refusal": answer.text}
    if answer.calls:
        message |= {"content": None, "tool_calls": [_tool(one) for one in answer.calls]}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": answer.finish}
    head = _head("chat.completion", call, created, fingerprint)
    return gate.dumps(head | {"choices": [choice], "usage": usage(call, answer)})


def chunks(call: Call, answer: Answer, created: int, fingerprint: str) -> Iterator[tuple[int, bytes]]:
    """Yield (tokens in it, event) of a stream, without the end mark."""
    head = _head("chat.completion.chunk", call, created, fingerprint)
    with_usage: dict[str, Any] = {"usage": None} if call.prompt.request.usage else {}

    def event(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event(head | {"choices": [choice]} | with_usage)

    yield 0, event({"role": "assistant", "content": None if answer.calls else "", "refusal": None})
    name = "refusal" if answer.refused else "content"
    for piece in answer.pieces:
        yield 1, event({name: piece})
    for index, one in enumerate(answer.calls):
        yield len(pieces(one.name)), event({"tool_calls": [{"index": index} | _tool(one) | _function(one.name, "")]})
        for piece in pieces(one.arguments):
            yield 1, event({"tool_calls": [{"index": index, **_function(None, piece)}]})
    yield 0, event({}, answer.finish)
    if with_usage:
        yield 0, _event(head | {"choices": [], "usage": usage(call, answer)})


def usage(call: Call, answer: Answer) -> dict[str, Any]:
    """Return what the call is charged as."""
    given, made = call.prompt.tokens, answer.tokens
    return {
        "prompt_tokens": given,
        "completion_tokens": made,
        "total_tokens": given + made,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def model(name: str, created: int) -> dict[str, Any]:
    """Return one model as `/v1/models` lists it."""
    return {"id": name, "object": "model", "created": created, "owned_by": "system"}


def _head(kind: str, call: Call, created: int, fingerprint: str) -> dict[str, Any]:
    return {
        "id": call.id,
        "object": kind,
        "created": created,
        "model": call.prompt.request.model,
        "service_tier": "default",
        "system_fingerprint": fingerprint,
    }


def _tool(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "type": "function", **_function(call.name, call.arguments)}


def _function(name: str | None, arguments: str) -> dict[str, Any]:
    named = {"name": name} if name is not None else {}
    return {"function": {**named, "arguments": arguments}}


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + gate.dumps(data) + b"\n\n"
