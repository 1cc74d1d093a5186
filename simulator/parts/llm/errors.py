"""The API's refusals, in the words and shapes of the real one: `{"error": {message, type, param, code}}`."""

from collections.abc import Mapping, Sequence
from typing import Any

INVALID = "invalid_request_error"


class ApiError(Exception):
    """A refusal."""

    def __init__(
        self,
        status: int,
        message: str,
        kind: str = INVALID,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.message = message
        self.kind = kind
        self.param = param
        self.code = code
        self.headers = dict(headers or {})
        super().__init__(message)

    @property
    def name(self) -> str:
        """The refusal's name in the evidence: its code, else its type."""
        return self.code or self.kind

    def body(self) -> dict[str, Any]:
        """Return the answer's body."""
        return {"error": {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}}


def no_key() -> ApiError:
    """Return the refusal of a request without `Authorization: Bearer …`."""
    return ApiError(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer "
        "auth (i.e. Authorization: Bearer YOUR_KEY).",
    )


def wrong_key(key: str) -> ApiError:
    """Return the refusal of an unknown key, of which the message shows only the ends."""
    shown = f"{key[:8]}{'*' * 8}{key[-4:]}" if len(key) > 16 else "*" * len(key)
    return ApiError(401, f"Incorrect API key provided: {shown}.", code="invalid_api_key")


def no_model(model: str) -> ApiError:
    """Return the refusal of a model that does not exist here."""
    message = f"The model `{model[:80]}` does not exist or you do not have access to it."
    return ApiError(404, message, code="model_not_found")


def missing(param: str) -> ApiError:
    """Return the refusal of a request without a required parameter."""
    return ApiError(400, f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter")


def wrong_type(param: str, expected: str, found: Any) -> ApiError:
    """Return the refusal of a parameter of the wrong type."""
    message = f"Invalid type for '{param}': expected {expected}, but got {_type(found)} instead."
    return ApiError(400, message, param=param, code="invalid_type")


def invalid(param: str, message: str) -> ApiError:
    """Return the refusal of a value that the API does not accept."""
    return ApiError(400, message, param=param, code="invalid_value")


def unrecognized(names: Sequence[str]) -> ApiError:
    """Return the refusal of parameters that do not exist, as the older endpoints word it."""
    plural = "s" if len(names) > 1 else ""
    return ApiError(400, f"Unrecognized request argument{plural} supplied: {', '.join(names)[:200]}")


def unknown(param: str) -> ApiError:
    """Return the refusal of a parameter that does not exist, as the newer endpoints word it."""
    return ApiError(400, f"Unknown parameter: '{param[:80]}'.", param=param[:80], code="unknown_parameter")


def unsupported(param: str) -> ApiError:
    """Return the refusal of a parameter of other models."""
    message = f"Unsupported parameter: '{param}' is not supported with this model."
    return ApiError(400, message, param=param, code="unsupported_parameter")


def out_of_range(param: str, word: str, where: str, end: str, expected: str, value: float) -> ApiError:
    """Return the refusal of a number out of range; `where` is `below` or `above`, `end` `min` or `max`."""
    message = (
        f"Invalid '{param}': {word} {where} {end}imum value. Expected a value {expected}, but got {value} instead."
    )
    return ApiError(400, message, param=param, code=f"{word}_{where}_{end}_value")


def not_for(model: str, what: str) -> ApiError:
    """Return the refusal of a model that exists, and has another purpose."""
    return ApiError(403, f"You are not allowed to {what} from this model: {model[:80]}.")


def no_chat(model: str) -> ApiError:
    """Return the refusal of a model that only makes embeddings."""
    message = f"This is not a chat model and thus not supported in this endpoint: {model[:80]}."
    return ApiError(404, message, param="model")


def too_many_tokens(param: str, most: int, wanted: int) -> ApiError:
    """Return the refusal of a request for more tokens than one answer may have."""
    said = f"This model supports at most {most} completion tokens, whereas you provided {wanted}."
    return ApiError(400, f"{param} is too large: {wanted}. {said}", param=param, code="invalid_value")


def too_long_input() -> ApiError:
    """Return the refusal of more than fits the context window, as the newer endpoint words it."""
    message = "Your input exceeds the context window of this model. Please adjust your input and try again."
    return ApiError(400, message, param="input", code="context_length_exceeded")


def no_response(name: str) -> ApiError:
    """Return the refusal of a response id that is not kept."""
    message = f"Previous response with id '{name[:80]}' not found."
    return ApiError(400, message, param="previous_response_id", code="previous_response_not_found")


def not_kept(name: str) -> ApiError:
    """Return the refusal to show or delete a response that was never stored, or is no more."""
    return ApiError(404, f"Response with id '{name[:80]}' not found.")


def too_long(context: int, messages: int, completion: int) -> ApiError:
    """Return the refusal of more than fits the context window."""
    if messages > context or not completion:
        said = f"However, your messages resulted in {messages} tokens. Please reduce the length of the messages."
    else:
        said = (
            f"However, you requested {messages + completion} tokens ({messages} in the messages, {completion} in the "
            "completion). Please reduce the length of the messages or completion."
        )
    message = f"This model's maximum context length is {context} tokens. {said}"
    return ApiError(400, message, param="messages", code="context_length_exceeded")


def too_many(model: str, unit: str, limit: int, used: int, requested: int, wait: float) -> ApiError:
    """Return the refusal when a quota per minute is used up.

    `unit` is `requests` or `tokens`, `wait` is in wall seconds.
    """
    short = "RPM" if unit == "requests" else "TPM"
    message = (
        f"Rate limit reached for {model} on {unit} per min ({short}): Limit {limit}, Used {used}, "
        f"Requested {requested}. Please try again in {duration(wait)}."
    )
    return ApiError(429, message, unit, code="rate_limit_exceeded", headers=retry(wait))


def no_money() -> ApiError:
    """Return the refusal when the account's budget is spent: no retry helps."""
    message = "You exceeded your current quota, please check your plan and billing details."
    return ApiError(429, message, "insufficient_quota", code="insufficient_quota")


def failed(status: int, wait: float | None = None) -> ApiError:
    """Return a failure on the provider's side; `wait` says after how many wall seconds to come again."""
    headers = retry(wait) if wait is not None else None
    if status == 429:
        message = "The model is currently overloaded with other requests. Please try again later."
        return ApiError(429, message, "requests", code="rate_limit_exceeded", headers=headers)
    if status == 503:
        message = "The engine is currently overloaded, please try again later."
        return ApiError(503, message, "service_unavailable_error", headers=headers)
    message = "The server had an error while processing your request. Sorry about that!"
    return ApiError(status, message, "server_error", headers=headers)


def retry(wait: float) -> dict[str, str]:
    """Return headers that say when to come again, in wall seconds: clients sleep by their own clock."""
    return {"retry-after": f"{max(-(-wait // 1), 1):.0f}", "retry-after-ms": f"{max(-(-wait * 1000 // 1), 1):.0f}"}


def duration(seconds: float) -> str:
    """Return seconds as the API's headers write them: `120ms`, `7.66s`, `1m3s`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f}ms"
    if seconds < 60:
        return f"{round(seconds, 3):g}s"
    return f"{int(seconds // 60)}m{seconds % 60:.0f}s"


def _type(value: Any) -> str:
    names = {str: "a string", bool: "a boolean", int: "an integer", float: "a decimal", list: "an array"}
    return names.get(type(value), "an object" if isinstance(value, dict) else "null")
