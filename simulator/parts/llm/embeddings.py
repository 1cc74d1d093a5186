"""`POST /v1/embeddings`: bodies, and vectors in which texts with similar wording are close.

A vector is made from the text's pieces of three to five letters in any case (of one and two tokens, if tokens are
sent), each hashed to positions by the model's name: like with a model's weights, the same text has the same vector in
every lap. Every piece has a position in each octave of the dimensions (0–63, 64–127, 128–255, …), so that the beginning
of a vector says nearly as much as all of it, as with the real models, which shorten vectors by cutting.
"""

import base64
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from simulator.parts.llm import errors, tokens
from simulator.parts.llm.checking import Bounds, numbers, one_of, parsed, unknown
from simulator.parts.llm.errors import ApiError
from simulator.parts.llm.prompt import Prompt
from simulator.parts.llm.requests import ChatRequest, Message

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Codes = npt.NDArray[np.uint64]
    Vector = npt.NDArray[np.float32]

MOST_INPUTS, INPUT, ALL = 2_048, 8_192, 300_000
"""Most texts in a request, most tokens of one, and most tokens of all together."""

_KNOWN = frozenset(("model", "input", "dimensions", "encoding_format", "user"))
_NUMBERS: Bounds = {"dimensions": (int, 1, None)}
_FIRST = 64
"""Dimensions of the first octave."""
_GRAMS, _TOKEN_GRAMS = (3, 4, 5), (1, 2)
_TOKENS = 2**31
"""Larger than every token's number."""

Input = str | tuple[int, ...]
"""A text, or its tokens' numbers."""


@dataclass(frozen=True)
class EmbeddingsRequest(ChatRequest):
    """A parsed request; each input is a message of the user's."""

    inputs: tuple[Input, ...] = ()
    dimensions: int | None = None
    encoded: bool = False
    """Whether vectors are sent in base64 instead of as lists of numbers."""


@dataclass(frozen=True)
class Inputs(Prompt):
    """A request for embeddings as a whole."""

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """The tokens of each input."""
        assert isinstance(self.request, EmbeddingsRequest)
        return tuple(tokens.count(one) if isinstance(one, str) else len(one) for one in self.request.inputs)

    @cached_property
    def tokens(self) -> int:
        """The tokens of all inputs."""
        return sum(self.lengths)


def read(body: bytes) -> EmbeddingsRequest:
    """Return the request in a body. Raises `ApiError`."""
    data = parsed(body)
    if strange := unknown(data, _KNOWN):
        raise errors.unrecognized(strange)
    numbers(data, _NUMBERS)
    one_of(data.get("encoding_format"), "encoding_format", ("float", "base64"))
    inputs = _inputs(data.get("input"))
    messages = tuple(Message("user", one if isinstance(one, str) else " ".join(map(str, one))) for one in inputs)
    return EmbeddingsRequest(
        model=data["model"],
        messages=messages,
        inputs=inputs,
        dimensions=data.get("dimensions"),
        encoded=data.get("encoding_format") == "base64",
    )


def _inputs(given: Any) -> tuple[Input, ...]:
    if given is None:
        raise errors.missing("input")
    several = isinstance(given, list) and not _is_tokens(given)
    inputs = given if several else [given]
    if len(inputs) > MOST_INPUTS:
        said = f"array too long. Expected an array with maximum length {MOST_INPUTS}, but got an array with length "
        raise ApiError(
            400, f"Invalid 'input': {said}{len(inputs)} instead.", param="input", code="array_above_max_length"
        )
    for one in inputs:
        if not one or not (isinstance(one, str) or _is_tokens(one)):
            raise ApiError(400, "'$.input' is invalid: expected texts or arrays of tokens, none of them empty.")
    if not inputs:
        raise ApiError(400, "'$.input' is invalid: the array is empty.")
    return tuple(one if isinstance(one, str) else tuple(one) for one in inputs)


def _is_tokens(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(n) is int and 0 <= n < _TOKENS for n in value)


def check(prompt: Inputs, most: int) -> None:
    """Check that the inputs fit and that no more than `most` dimensions are requested. Raises `ApiError` otherwise."""
    request = prompt.request
    assert isinstance(request, EmbeddingsRequest)
    if request.dimensions is not None and request.dimensions > most:
        said = f"Invalid value for 'dimensions' = {request.dimensions}. Must be less than or equal to {most}."
        raise ApiError(400, said, param="dimensions")
    for length in prompt.lengths:
        if length > INPUT:
            said = f"however you requested {length} tokens ({length} in your prompt; 0 for the completion)"
            what = f"This model's maximum context length is {INPUT} tokens, {said}."
            raise ApiError(400, f"{what} Please reduce your prompt; or completion length.")
    if prompt.tokens > ALL:
        said = f"Requested {prompt.tokens} tokens, max {ALL} tokens per request"
        raise ApiError(400, said, kind="max_tokens_per_request", code="max_tokens_per_request")


def body(prompt: Inputs, most: int) -> dict[str, Any]:
    """Return the answer: a vector of length 1 for each input."""
    request = prompt.request
    assert isinstance(request, EmbeddingsRequest)
    data: list[Mapping[str, Any]] = []
    for index, one in enumerate(request.inputs):
        made = vector(one, request.model, most)[: request.dimensions]
        made = made / max(float((made * made).sum()) ** 0.5, 1e-12)
        shown = base64.b64encode(made.astype("<f4").tobytes()).decode() if request.encoded else made.tolist()
        data.append({"object": "embedding", "index": index, "embedding": shown})
    used = {"prompt_tokens": prompt.tokens, "total_tokens": prompt.tokens}
    return {"object": "list", "data": data, "model": request.model, "usage": used}


def vector(one: Input, model: str, dimensions: int) -> "Vector":
    """Return a text's vector before cutting and normalising."""
    import numpy as np

    codes, sizes = _codes(one)
    seed = int.from_bytes(blake2b(model.encode(), digest_size=4).digest(), "little")
    grams, counts = np.unique(np.concatenate([_grams(codes, size, seed) for size in sizes]), return_counts=True)
    weights = 1 + np.log(counts)
    made = np.zeros(dimensions, np.float64)
    begin, end = 0, min(_FIRST, dimensions)
    while begin < dimensions:
        grams = _mixed(grams)
        places = begin + (grams >> np.uint64(1)) % np.uint64(end - begin)
        signs = np.where(grams & np.uint64(1), 1.0, -1.0)
        made += np.bincount(places.astype(np.int64), signs * weights, dimensions)
        begin, end = end, min(2 * end, dimensions)
    return made.astype(np.float32)


def _codes(one: Input) -> tuple["Codes", Sequence[int]]:
    """Return the numbers that pieces are made of, and how many of them make a piece."""
    import numpy as np

    if not isinstance(one, str):
        return np.array(one, np.uint64), _TOKEN_GRAMS
    plain = f"  {' '.join(unicodedata.normalize('NFKC', one).casefold().split())}  "
    return np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64), _GRAMS


def _grams(codes: "Codes", size: int, seed: int) -> "Codes":
    """Return a number for each piece of that size, which identifies it."""
    import numpy as np

    count = max(len(codes) - size + 1, 0)
    made = np.full(count, seed + size, np.uint64)
    for offset in range(size):
        made = _mixed(made ^ codes[offset : offset + count])
    return made


def _mixed(values: "Codes") -> "Codes":
    """Return SplitMix64's finalizer: every bit of the result depends on every bit of the value."""
    import numpy as np

    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
