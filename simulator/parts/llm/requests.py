"""Bodies of `POST /v1/chat/completions`: read, and refused as the real API refuses them."""

from dataclasses import dataclass, field
from typing import Any, Literal

from simulator import gate
from simulator.parts.llm import errors
from simulator.parts.llm.errors import ApiError
from simulator.parts.llm.schema import wrong

Format = Literal["text", "json", "schema"]

BOUNDS = gate.Bounds(deepest=64, most=20_000, largest=2**21)
"""Some 500,000 tokens."""

ROLES = ("system", "assistant", "user", "tool", "developer")
_FORMATS: dict[Any, Format] = {"text": "text", "json_object": "json", "json_schema": "schema"}


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
    """What was asked for."""

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
    """Tokens that the answer may have."""
    stop: tuple[str, ...] = ()

    @property
    def offered(self) -> dict[str, dict[str, Any]]:
        """The JSON schema of each tool's arguments, by the tool's name."""
        return {tool["function"]["name"]: tool["function"].get("parameters") or {} for tool in self.tools}


def read(body: bytes) -> ChatRequest:
    """The request in a body. Raises `ApiError`."""
    try:
        data = gate.parse(body, BOUNDS)
    except gate.Untold as error:
        raise ApiError(400, f"We could not parse the JSON body of your request: {error}.") from None
    if not isinstance(data, dict):
        raise ApiError(400, "We could not parse the JSON body of your request: it is no object.")
    if not isinstance(data.get("model"), str) or not data["model"]:
        raise ApiError(400, "you must provide a model parameter")
    tools = tuple(_tool(tool, f"tools[{n}]") for n, tool in enumerate(_list(data, "tools")))
    request = ChatRequest(
        model=data["model"],
        messages=_messages(data),
        tools=tools,
        choice=_choice(data, [tool["function"]["name"] for tool in tools]),
        parallel=_of(data, "parallel_tool_calls", bool, "a boolean", True),
        format=_format(data),
        schema=_schema(data),
        stream=_of(data, "stream", bool, "a boolean", False),
        usage=bool(_of(data, "stream_options", dict, "an object", {}).get("include_usage")),
        most=_most(data),
        stop=_stop(data),
    )
    _check(data, request)
    return request


def _of(data: dict[str, Any], name: str, kind: type, expected: str, default: Any) -> Any:
    value = data.get(name)
    if value is None:
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise errors.wrong_type(name, expected, value)
    return value


def _list(data: dict[str, Any], name: str) -> list[Any]:
    return list(_of(data, name, list, "an array of objects", []))


def _messages(data: dict[str, Any]) -> tuple[Message, ...]:
    if data.get("messages") is None:
        raise errors.missing("messages")
    given = _list(data, "messages")
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
    if role not in ROLES:
        supported = f"{', '.join(repr(r) for r in ROLES[:-1])}, and {ROLES[-1]!r}"
        raise errors.invalid(f"{where}.role", f"Invalid value: {str(role)[:40]!r}. Supported values are: {supported}.")
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
    """Every result answers a call just made, and every call is answered before anything else is said."""
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
    _check_schema(function.get("parameters") or {}, f"{where}.function.parameters")
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
    given = _of(data, "response_format", dict, "an object", {"type": "text"}).get("type")
    if given not in _FORMATS:
        supported = "'json_object', 'json_schema', and 'text'"
        raise errors.invalid(
            "response_format.type", f"Invalid value: {str(given)[:40]!r}. Supported values are: {supported}."
        )
    return _FORMATS[given]


def _schema(data: dict[str, Any]) -> dict[str, Any]:
    if _format(data) != "schema":
        return {}
    schema = (data["response_format"].get("json_schema") or {}).get("schema")
    if not isinstance(schema, dict):
        raise errors.missing("response_format.json_schema.schema")
    _check_schema(schema, "response_format.json_schema.schema")
    return schema


def _check_schema(schema: dict[str, Any], where: str) -> None:
    if problem := wrong(schema):
        raise errors.invalid(where, f"Invalid schema for '{where}': {problem}.")


def _most(data: dict[str, Any]) -> int | None:
    for name in ("max_completion_tokens", "max_tokens"):
        value: int | None = _of(data, name, int, "an integer", None)
        if value is not None:
            if value < 1:
                message = (
                    f"Invalid '{name}': integer below minimum value. Expected a value >= 1, but got {value} instead."
                )
                raise ApiError(400, message, param=name, code="integer_below_min_value")
            return value
    return None


def _stop(data: dict[str, Any]) -> tuple[str, ...]:
    given = data.get("stop")
    stops = [given] if isinstance(given, str) else given or []
    if not isinstance(stops, list) or len(stops) > 4 or not all(isinstance(s, str) and s for s in stops):
        raise errors.wrong_type("stop", "one of a string or array of at most four strings", given)
    return tuple(stops)


def _check(data: dict[str, Any], request: ChatRequest) -> None:
    if data.get("n") not in (None, 1):
        raise errors.invalid("n", "Invalid value for 'n': this model gives one choice.")
    if request.format == "json" and not any("json" in message.text.lower() for message in request.messages):
        said = "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
        raise ApiError(400, said, param="messages")
