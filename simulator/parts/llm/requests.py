"""Bodies of `POST /v1/chat/completions`: parsed, and refused as the real API refuses them."""

from dataclasses import dataclass, field
from typing import Any, Literal

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

Format = Literal["text", "json", "schema"]

ROLES = ("system", "assistant", "user", "tool", "developer")
FORMATS: dict[Any, Format] = {"text": "text", "json_object": "json", "json_schema": "schema"}


@dataclass(frozen=True)
class ToolCall:
    """One call of a tool that the model asked for."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Message:
    """One message of the conversation so far."""

    role: str
    text: str
    calls: tuple[ToolCall, ...] = ()
    call_id: str | None = None
    """In a tool's result: the call that it answers."""


@dataclass(frozen=True)
class ChatRequest:
    """A parsed request."""

    model: str
    messages: tuple[Message, ...]
    tools: tuple[dict[str, Any], ...] = ()
    choice: str = "auto"
    """`none`, `auto`, `required`, or the name of the tool that must be called."""
    parallel: bool = True
    format: Format = "text"
    schema: dict[str, Any] = field(default_factory=dict)
    stream: bool = False
    usage: bool = False
    """Whether a stream ends with the usage."""
    most: int | None = None
    """Most tokens of the answer."""
    stop: tuple[str, ...] = ()

    @property
    def offered(self) -> dict[str, dict[str, Any]]:
        """Return the JSON Schema of each tool's arguments, by the tool's name."""
        return {tool["function"]["name"]: tool["function"].get("parameters") or {} for tool in self.tools}


_NUMBERS: Bounds = {
    "temperature": (float, 0, 2),
    "top_p": (float, 0, 1),
    "presence_penalty": (float, -2, 2),
    "frequency_penalty": (float, -2, 2),
    "top_logprobs": (int, 0, 20),
    "n": (int, 1, 128),
    "seed": (int, -(2**63), 2**63 - 1),
    "max_completion_tokens": (int, 1, None),
    "max_tokens": (int, 1, None),
}
_ELSEWHERE = ("functions", "function_call", "audio", "prediction", "web_search_options", "logprobs", "top_logprobs")
"""Parameters of other models, which this one does not support."""
_WORDS = (
    "model messages tools tool_choice parallel_tool_calls response_format stream stream_options stop logit_bias user "
    "store metadata service_tier reasoning_effort verbosity modalities safety_identifier prompt_cache_key "
    "prompt_cache_retention moderation"
)
_KNOWN = frozenset(_WORDS.split()).union(_NUMBERS, _ELSEWHERE)


def read(body: bytes) -> ChatRequest:
    """Return the request in a body. Raises `ApiError`."""
    data = parsed(body)
    if strange := unknown(data, _KNOWN):
        raise errors.unrecognized(strange)
    numbers(data, _NUMBERS)
    unsupported(data, _ELSEWHERE)
    tools = tuple(_tool(tool, f"tools[{n}]") for n, tool in enumerate(objects(data, "tools")))
    request = ChatRequest(
        model=data["model"],
        messages=_messages(data),
        tools=tools,
        choice=_choice(data, [tool["function"]["name"] for tool in tools]),
        parallel=of_type(data, "parallel_tool_calls", bool, "a boolean", True),
        format=_format(data),
        schema=_schema(data),
        stream=of_type(data, "stream", bool, "a boolean", False),
        usage=bool(of_type(data, "stream_options", dict, "an object", {}).get("include_usage")),
        most=data.get("max_completion_tokens") or data.get("max_tokens"),
        stop=_stop(data),
    )
    _check(data, request)
    return request


def _messages(data: dict[str, Any]) -> tuple[Message, ...]:
    if data.get("messages") is None:
        raise errors.missing("messages")
    given = objects(data, "messages")
    if not given:
        message = "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array "
        raise ApiError(400, f"{message}instead.", param="messages", code="empty_array")
    messages = tuple(_message(item, f"messages[{n}]") for n, item in enumerate(given))
    _check_tools(messages)
    return messages


def _message(item: Any, where: str) -> Message:
    if not isinstance(item, dict):
        raise errors.wrong_type(where, "an object", item)
    role = item.get("role")
    if role is None:
        raise errors.missing(f"{where}.role")
    one_of(role, f"{where}.role", ROLES)
    calls = tuple(_call(call, f"{where}.tool_calls[{n}]") for n, call in enumerate(item.get("tool_calls") or ()))
    if item.get("content") is None and not calls and role != "assistant":
        raise errors.missing(f"{where}.content")
    return Message(role, _text(item.get("content"), f"{where}.content"), calls, item.get("tool_call_id"))


def _text(content: Any, where: str) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    if not isinstance(content, list):
        raise errors.wrong_type(where, "one of a string or array of objects", content)
    texts = []
    for n, part in enumerate(content):
        if not isinstance(part, dict) or part.get("type") != "text" or not isinstance(part.get("text"), str):
            raise errors.invalid(f"{where}[{n}].type", "Invalid content type. This model takes parts of type 'text'.")
        texts.append(part["text"])
    return "\n".join(texts)


def _call(call: Any, where: str) -> ToolCall:
    try:
        function = call["function"]
        return ToolCall(str(call["id"]), str(function["name"]), str(function["arguments"]))
    except (TypeError, KeyError, IndexError):
        raise errors.missing(where) from None


def _check_tools(messages: tuple[Message, ...]) -> None:
    """Check that every result answers a recent call, and that calls are answered before anything else is said."""
    waiting: set[str] = set()
    for n, message in enumerate(messages):
        if message.role == "tool":
            if message.call_id not in waiting:
                said = "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
                raise ApiError(400, f"Invalid parameter: {said}", param=f"messages.[{n}].role")
            waiting.discard(message.call_id)
            continue
        _answered(waiting, n)
        waiting = {call.id for call in message.calls}
    _answered(waiting, len(messages))


def _answered(waiting: set[str], n: int) -> None:
    if waiting:
        said = (
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(sorted(waiting))}"
        )
        raise ApiError(400, said[:400], param=f"messages.[{n}].role")


def _tool(tool: Any, where: str) -> dict[str, Any]:
    function = tool.get("function") if isinstance(tool, dict) and tool.get("type") == "function" else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise errors.missing(f"{where}.function.name")
    if not isinstance(function.get("parameters") or {}, dict):
        raise errors.wrong_type(f"{where}.function.parameters", "an object", function["parameters"])
    check_schema(function.get("parameters") or {}, f"{where}.function.parameters")
    return dict(tool)


def _choice(data: dict[str, Any], tools: list[str]) -> str:
    choice = data.get("tool_choice")
    if choice is None:
        return "auto"
    if not tools:
        message = "'tool_choice' is only allowed when 'tools' are specified."
        raise ApiError(400, f"Invalid value for 'tool_choice': {message}", param="tool_choice")
    if choice in ("none", "auto", "required"):
        return str(choice)
    name = choice.get("function", {}).get("name") if isinstance(choice, dict) else None
    if name not in tools:
        raise errors.invalid("tool_choice", f"Tool choice {str(name)[:40]!r} not found in 'tools' parameter.")
    return str(name)


def _format(data: dict[str, Any]) -> Format:
    given = of_type(data, "response_format", dict, "an object", {"type": "text"}).get("type")
    one_of(given or "", "response_format.type", ("json_object", "json_schema", "text"))
    return FORMATS[given]


def _schema(data: dict[str, Any]) -> dict[str, Any]:
    if _format(data) != "schema":
        return {}
    schema = (data["response_format"].get("json_schema") or {}).get("schema")
    if not isinstance(schema, dict):
        raise errors.missing("response_format.json_schema.schema")
    check_schema(schema, "response_format.json_schema.schema")
    return schema


def _stop(data: dict[str, Any]) -> tuple[str, ...]:
    given = data.get("stop")
    stops = [given] if isinstance(given, str) else given or []
    if not isinstance(stops, list) or len(stops) > 4 or not all(isinstance(s, str) and s for s in stops):
        raise errors.wrong_type("stop", "one of a string or array of at most four strings", given)
    return tuple(stops)


def _check(data: dict[str, Any], request: ChatRequest) -> None:
    if data.get("stream_options") is not None and not request.stream:
        said = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise ApiError(400, said, param="stream_options")
    if data.get("n") not in (None, 1):
        raise errors.invalid("n", "Invalid value for 'n': this model gives one choice.")
    if request.format == "json" and not any("json" in message.text.lower() for message in request.messages):
        said = "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
        raise ApiError(400, said, param="messages")
