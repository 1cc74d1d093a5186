"""The language model as its stock client meets it: the official `openai` package, over real sockets."""

import json
import time
from typing import Any, cast

import httpx
import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam
from pydantic import BaseModel

from tests.functional.parts.conftest import LOCALHOST
from tests.functional.parts.llm.chatbot import CHATBOT, SLOW

TOOL: ChatCompletionToolParam = {
    "type": "function",
    "function": {
        "name": "get_order",
        "parameters": {"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]},
    },
}


def user(text: str) -> ChatCompletionMessageParam:
    return {"role": "user", "content": text}


def ask(client: openai.OpenAI, text: str, model: str = "halden-4", **more: Any) -> Any:
    return client.chat.completions.create(model=model, messages=[user(text)], **more)


def test_an_answer_its_usage_and_what_the_evidence_says(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    answer = ask(client, "Refund, please. This is chat C-17.")
    (choice,) = answer.choices
    assert (choice.message.content, choice.finish_reason) == ("Your refund is on its way.", "stop")
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    embeddings = ["text-embedding-3-small", "text-embedding-3-large"]
    assert [model.id for model in client.models.list()] == ["halden-4", "halden-4-mini", *embeddings]
    assert client.models.retrieve("halden-4").id == "halden-4"
    state = site.settle()
    assert state == {"tokens": answer.usage.total_tokens}
    (row,) = site.rows("facts_llm_calls")
    told = {"rule": "refund", "key": "C-17", "finish": "stop", "nth": 1, "before": None, "turn": 1, "status": 200,
            "wrong": False, "stream": False, "id": answer.id, "tokens_in": answer.usage.prompt_tokens,
            "tokens_out": answer.usage.completion_tokens}  # fmt: skip
    assert {name: row[name] for name in told} == told
    assert row["at"] <= row["first_at"] <= row["done_at"]
    calls = [(row["route"], row["status"], row["result"], row["key"]) for row in site.rows("calls")]
    assert calls[0] == ("chat", 200, "stop", "C-17")
    assert calls[1:] == [("models", 200, "ok", None)] * 2


def test_a_stream_comes_token_by_token_and_says_the_same(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    whole = ask(client, "Tell me a story")
    stream = ask(client, "Tell me a story", stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    said = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(said) == whole.choices[0].message.content
    assert len(said) > 100
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage == whole.usage
    site.settle()
    rows = site.rows("facts_llm_calls")
    assert [row["tokens_out"] for row in rows] == [whole.usage.completion_tokens] * 2
    assert [row["nth"] for row in rows] == [1, 2]
    assert rows[1]["first_at"] < rows[1]["done_at"]


def test_tools_are_called_and_their_results_told(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    messages: list[Any] = [user("Where is HW-000123?")]
    asked = client.chat.completions.create(model="halden-4", messages=messages, tools=[TOOL])
    assert asked.choices[0].finish_reason == "tool_calls"
    (call,) = asked.choices[0].message.tool_calls or []
    assert call.type == "function"
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_order", {"order_id": "HW-000123"})
    result = {"role": "tool", "tool_call_id": call.id, "content": json.dumps({"status": "packed", "eta": "4 March"})}
    messages += [asked.choices[0].message.model_dump(exclude_none=True), result]
    told = client.chat.completions.create(model="halden-4", messages=messages, tools=[TOOL])
    assert told.choices[0].message.content == "Order HW-000123 is packed, due 4 March."
    assert ask(client, "Where is HW-000123?").choices[0].message.content == "Which order do you mean?"
    named: Any = {"type": "function", "function": {"name": "get_order"}}
    forced = ask(client, "Good morning", tools=[TOOL], tool_choice=named)
    assert json.loads(forced.choices[0].message.tool_calls[0].function.arguments) == {"order_id": ""}


def test_tool_calls_can_be_streamed(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    with client.chat.completions.stream(
        model="halden-4", messages=[user("Where is HW-000123?")], tools=[TOOL]
    ) as stream:
        final = stream.get_final_completion()
    (call,) = final.choices[0].message.tool_calls or []
    assert json.loads(call.function.arguments) == {"order_id": "HW-000123"}


class Intent(BaseModel):
    intent: str
    order: str | None
    urgent: bool


def test_json_mode_and_schemas(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    plain = ask(client, "I want a refund for HW-000007. Answer in JSON.", response_format={"type": "json_object"})
    assert json.loads(plain.choices[0].message.content) == {
        "intent": "refund", "order": "HW-000007", "confidence": 0.93
    }  # fmt: skip
    with pytest.raises(openai.BadRequestError, match="must contain the word 'json'"):
        ask(client, "I want a refund", response_format={"type": "json_object"})
    parsed = client.chat.completions.parse(model="halden-4", messages=[user("A refund!")], response_format=Intent)
    assert parsed.choices[0].message.parsed == Intent(intent="refund", order=None, urgent=False)


def test_what_is_wrong_is_said_as_the_real_api_says_it(site: Any, client: openai.OpenAI) -> None:
    site.begin(**CHATBOT | {"keys": ["sk-halden-0123456789abcdef"], "context": 60, "output": 40})
    with pytest.raises(openai.AuthenticationError) as wrong:
        ask(client, "Hello")
    assert wrong.value.code == "invalid_api_key"
    good = client.with_options(api_key="sk-halden-0123456789abcdef")
    with pytest.raises(openai.NotFoundError) as unknown:
        ask(good, "Hello", model="gpt-9")
    assert (unknown.value.code, unknown.value.status_code) == ("model_not_found", 404)
    with pytest.raises(openai.BadRequestError) as long:
        ask(good, "word " * 100)
    assert (long.value.code, long.value.param) == ("context_length_exceeded", "messages")
    assert "maximum context length is 60 tokens. However, your messages resulted in 10" in str(long.value)
    with pytest.raises(openai.BadRequestError, match="supports at most 40 completion tokens"):
        ask(good, "Hello", max_tokens=41)
    with pytest.raises(openai.BadRequestError) as role:
        good.chat.completions.create(model="halden-4", messages=cast("Any", [{"role": "boss", "content": "x"}]))
    assert role.value.param == "messages[0].role"
    with pytest.raises(openai.BadRequestError) as hot:
        ask(good, "Hello", temperature=2.1)
    assert (hot.value.type, hot.value.param, hot.value.code) == (
        "invalid_request_error", "temperature", "decimal_above_max_value"
    )  # fmt: skip
    assert "Expected a value <= 2, but got 2.1 instead." in str(hot.value)
    with pytest.raises(openai.BadRequestError, match="Unrecognized request argument supplied: top_k"):
        ask(good, "Hello", extra_body={"top_k": 5, "min_p": None})
    base = f"http://{LOCALHOST}:{site.port}"
    assert httpx.post(f"{base}/v1/chat/completions").status_code == 401
    site.settle()
    errors = [(row["error"], row["status"]) for row in site.rows("facts_llm_calls")]
    assert errors == [
        ("invalid_api_key", 401),
        ("model_not_found", 404),
        ("context_length_exceeded", 400),
        ("invalid_value", 400),
    ]


def test_the_client_waits_as_long_as_a_refusal_tells_it(site: Any, client: openai.OpenAI) -> None:
    site.begin(**CHATBOT | {"quota": {"requests": 2, "per": "1h sim"}})
    hasty = client.chat.completions.with_raw_response.create
    first = hasty(model="halden-4", messages=[user("Refund 1")])
    assert first.headers["x-ratelimit-limit-requests"] == "2"
    assert first.headers["x-ratelimit-remaining-requests"] == "1"
    ask(client, "Refund 2")
    with pytest.raises(openai.RateLimitError) as refused:
        ask(client, "Refund 3")
    assert refused.value.code == "rate_limit_exceeded"
    assert 0 < int(refused.value.response.headers["retry-after-ms"]) <= 4000
    assert "on requests per min (RPM): Limit 2, Used 2, Requested 1. Please try again in" in str(refused.value)
    assert ask(client.with_options(max_retries=3), "Refund 4").choices[0].finish_reason == "stop"
    site.settle()
    rows = site.rows("facts_llm_calls")
    assert [row["status"] for row in rows[:4]] == [200, 200, 429, 429]
    assert [(row["before"], row["early"]) for row in rows[4:]] == [("rate_limit_exceeded", False)]


def test_coming_back_too_early_is_noted_and_a_spent_budget_is_final(site: Any, client: openai.OpenAI) -> None:
    site.begin(**CHATBOT | {"quota": {"tokens": 60, "per": "100h sim"}})
    ask(client, "Refund 1", max_tokens=40)
    for _ in range(2):
        with pytest.raises(openai.RateLimitError):
            ask(client, "Refund 2", max_tokens=40)
    site.configure(**CHATBOT | {"budget": 10})
    with pytest.raises(openai.RateLimitError) as spent:
        ask(client, "Refund 2", max_tokens=40)
    assert (spent.value.code, spent.value.type) == ("insufficient_quota", "insufficient_quota")
    assert "retry-after" not in spent.value.response.headers
    site.settle()
    assert [row["early"] for row in site.rows("facts_llm_calls")] == [False, False, True, True]


def test_an_answer_that_does_not_fit_is_cut(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    answer = ask(client, "Tell me a story", max_tokens=7)
    assert (answer.choices[0].finish_reason, answer.usage.completion_tokens) == ("length", 7)
    until = ask(client, "Tell me a story", stop="time")
    assert until.choices[0].message.content == "Once upon a "


def test_a_provider_that_fails_is_asked_again(site: Any, client: openai.OpenAI) -> None:
    fail = {"kind": "fail", "share": "50%", "status": 503, "retry_after": "10ms"}
    site.begin(**CHATBOT | {"flaws": [fail]})
    patient = client.with_options(max_retries=8)
    for number in range(6):
        assert ask(patient, f"Refund for chat C-{number}").choices
    site.settle()
    rows = site.rows("facts_llm_calls")
    failed = [row["key"] for row in rows if row["status"] == 503 and row["nth"] == 1]
    assert len(failed) == 3
    assert {row["key"] for row in rows if row["before"] == "service_unavailable_error"} == set(failed)


def test_too_many_at_once_are_refused(site: Any, client: openai.OpenAI) -> None:
    site.begin(**CHATBOT | {"pace": SLOW, "capacity": 2})
    with ask(client, "Tell me a story", stream=True) as one, ask(client, "Tell me a story", stream=True) as other:
        next(one), next(other)
        with pytest.raises(openai.InternalServerError):
            ask(client, "Refund")


def test_a_caller_that_leaves_a_stream_stops_it(site: Any, client: openai.OpenAI) -> None:
    site.begin(**CHATBOT | {"pace": SLOW})
    with ask(client, "Tell me a story", stream=True) as stream:
        for _ in range(4):
            next(stream)
    deadline = time.monotonic() + 30
    while not site.rows("facts_llm_calls") and time.monotonic() < deadline:
        time.sleep(0.05)
    (row,) = site.rows("facts_llm_calls")
    assert (row["done_at"], row["finish"], row["status"]) == (None, None, 200)
    assert 2 <= row["tokens_out"] < 100


def test_a_world_without_a_lap_says_that_it_is_overloaded(site: Any, client: openai.OpenAI) -> None:
    with pytest.raises(openai.InternalServerError, match="overloaded"):
        ask(client, "Hello")
