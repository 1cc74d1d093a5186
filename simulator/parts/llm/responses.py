"""Bodies of `POST /v1/responses`: parsed into the same request as a chat's, and refused as the real API does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.parts.llm import errors
from simulator.parts.llm.checking import (
    Bounds,
    check_schema,
    numbers,
    objects,
    of_type,
    one_of,
    parsed,
    unknown,
    unsupported,
)
from simulator.parts.llm.errors import ApiError
from simulator.parts.llm.requests import FORMATS, ChatRequest, Format, Message, ToolCall

Recall = Callable[[str], tuple[Message, ...]]
"""Returns the conversation up to the response of that id, without instructions. Raises `ApiError` when it is not
kept."""

_NUMBERS: Bounds = {
    "temperature": (float, 0, 2),
    "top_p": (float, 0, 1),
    "top_logprobs": (int, 0, 20),
    "max_output_tokens": (int, 16, None),
    "max_tool_calls": (int, 1, None),
}
_ELSEWHERE = ("background", "conversation", "prompt", "context_management", "top_logprobs")
"""Parameters of other models, which this one does not support."""
_WORDS = (
    "model input instructions previous_response_id tools tool_choice parallel_tool_calls text stream stream_options "
    "include metadata reasoning store service_tier truncation user safety_identifier prompt_cache_key "
    "prompt_cache_retention prompt_cache_options moderation"
)
_KNOWN = frozenset(_WORDS.split()).union(_NUMBERS, _ELSEWHERE)
_ROLES = ("system", "assistant", "user", "developer")
_TEXTS = {"input_text": "text", "output_text": "text", "text": "text", "refusal": "refusal"}
"""The key with the text of a content part, by the part's type."""


@dataclass(frozen=True)
class ResponsesRequest(ChatRequest):
    """A parsed request, and what the answer repeats of it."""

    given: Mapping[str, Any] = field(default_factory=dict)
    instructed: bool = False
    """Whether the first message is the instructions, which apply to this answer alone."""

    @property
    def kept(self) -> tuple[Message, ...]:
        """Return the conversation that the next request may continue."""
        return self.messages[1:] if self.instructed else self.messages


def read(body: bytes, recall: Recall) -> ResponsesRequest:
    """Return the request in a body. Raises `ApiError`."""
    data = parsed(body)
    for name in unknown(data, _KNOWN):
        raise errors.unknown(name)
    numbers(data, _NUMBERS)
    unsupported(data, _ELSEWHERE)
    one_of(data.get("truncation"), "truncation", ("auto", "disabled"))
    tools = tuple(_tool(tool, f"tools[{n}]") for n, tool in enumerate(objects(data, "tools")))
    instructions = of_type(data, "instructions", str, "a string", "")
    form, schema = _format(data)
    request = ResponsesRequest(
        model=data["model"],
        messages=(*_instructed(instructions), *_conversation(data, recall)),
        tools=tools,
        choice=_choice(data, [tool["function"]["name"] for tool in tools]),
        parallel=of_type(data, "parallel_tool_calls", bool, "a boolean", True),
        format=form,
        schema=schema,
        stream=of_type(data, "stream", bool, "a boolean", False),
        most=data.get("max_output_tokens"),
        given=data | {"store": of_type(data, "store", bool, "a boolean", True)},
        instructed=bool(instructions),
    )
    if form == "json" and not any("json" in message.text.lower() for message in request.messages):
        said = "Response input messages must contain the word 'json' in some form to use 'text.format' of type "
        raise ApiError(400, f"{said}'json_object'.", param="input")
    return request


def _instructed(instructions: str) -> tuple[Message, ...]:
    return (Message("system", instructions),) if instructions else ()


def _conversation(data: Mapping[str, Any], recall: Recall) -> tuple[Message, ...]:
    before = of_type(data, "previous_response_id", str, "a string", "")
    given = data.get("input")
    if given is None:
        raise errors.missing("input")
    if not isinstance(given, str | list):
        raise errors.wrong_type("input", "one of a string or array of objects", given)
    earlier = recall(before) if before else ()
    said = (Message("user", given),) if isinstance(given, str) else tuple(_items(given))
    _check_calls((*earlier, *said))
    return (*earlier, *said)


def _items(items: Sequence[Any]) -> list[Message]:
    """Return the messages that the items are; consecutive calls are one message's, as in a chat."""
    messages: list[Message] = []
    for n, item in enumerate(items):
        made = _item(item, f"input[{n}]")
        if made is None:
            continue
        if made.calls and messages and messages[-1].calls:
            made = Message("assistant", "", (*messages.pop().calls, *made.calls))
        messages.append(made)
    return messages


def _item(item: Any, where: str) -> Message | None:
    if not isinstance(item, dict):
        raise errors.wrong_type(where, "an object", item)
    kind = item.get("type") or "message"
    one_of(kind, f"{where}.type", ("message", "function_call", "function_call_output", "reasoning"))
    if kind == "reasoning":
        return None
    if kind == "function_call":
        call = ToolCall(*(_needed(item, name, where) for name in ("call_id", "name", "arguments")))
        return Message("assistant", "", (call,))
    if kind == "function_call_output":
        return Message("tool", _text(item.get("output"), f"{where}.output"), call_id=_needed(item, "call_id", where))
    if item.get("role") is None:
        raise errors.missing(f"{where}.role")
    one_of(item["role"], f"{where}.role", _ROLES)
    return Message(item["role"], _text(item.get("content"), f"{where}.content"))


def _needed(item: Mapping[str, Any], name: str, where: str) -> str:
    value: str | None = of_type(item, name, str, "a string", None, f"{where}.{name}")
    if value is None:
        raise errors.missing(f"{where}.{name}")
    return value


def _text(content: Any, where: str) -> str:
    if isinstance(content, str):
        return content
    if content is None:
        raise errors.missing(where)
    if not isinstance(content, list):
        raise errors.wrong_type(where, "one of a string or array of objects", content)
    texts = []
    for n, part in enumerate(content):
        kind = part.get("type") if isinstance(part, dict) else None
        said = part.get(_TEXTS[kind]) if isinstance(kind, str) and kind in _TEXTS else None
        if not isinstance(said, str):
            raise errors.invalid(
                f"{where}[{n}].type", f"Invalid value: {str(kind)[:40]!r}. This model takes parts of type 'input_text'."
            )
        texts.append(said)
    return "\n".join(texts)


def _check_calls(messages: Sequence[Message]) -> None:
    """Check that every result answers a call, and every call has its result."""
    made = {call.id for message in messages for call in message.calls}
    answered = [message.call_id for message in messages if message.role == "tool"]
    for name in answered:
        if name not in made:
            said = f"No tool call found for function call output with call_id {str(name)[:80]}."
            raise ApiError(400, said, param="input")
    for name in sorted(made.difference(answered)):
        raise ApiError(400, f"No tool output found for function call {name[:80]}.", param="input")


def _tool(tool: Any, where: str) -> dict[str, Any]:
    """Return a tool as a chat's request has it."""
    if not isinstance(tool, dict):
        raise errors.wrong_type(where, "an object", tool)
    kind = tool.get("type")
    if kind is None:
        raise errors.missing(f"{where}.type")
    if kind != "function":
        said = f"Hosted tool {str(kind)[:40]!r} is not supported with this model."
        raise ApiError(400, said, param=f"{where}.type", code="invalid_value")
    name = _needed(tool, "name", where)
    parameters = of_type(tool, "parameters", dict, "an object", {}, f"{where}.parameters")
    function = {"name": name, "description": tool.get("description"), "parameters": parameters}
    return {"type": "function", "function": {key: value for key, value in function.items() if value is not None}}


def _choice(data: Mapping[str, Any], tools: Sequence[str]) -> str:
    choice = data.get("tool_choice")
    if choice is None or choice in ("none", "auto"):
        return choice or "auto"
    if choice == "required" and tools:
        return "required"
    name = choice.get("name") if isinstance(choice, dict) else None
    if name not in tools:
        raise errors.invalid("tool_choice", f"Tool choice {str(name or choice)[:40]!r} not found in 'tools' parameter.")
    return str(name)


def _format(data: Mapping[str, Any]) -> tuple[Format, dict[str, Any]]:
    text = of_type(data, "text", dict, "an object", {})
    given = of_type(text, "format", dict, "an object", {"type": "text"}, "text.format")
    kind = given.get("type")
    one_of(kind or "", "text.format.type", tuple(FORMATS))
    if kind != "json_schema":
        return FORMATS[kind], {}
    _needed(given, "name", "text.format")
    schema = of_type(given, "schema", dict, "an object", None, "text.format.schema")
    if schema is None:
        raise errors.missing("text.format.schema")
    check_schema(schema, "text.format.schema")
    return "schema", schema
