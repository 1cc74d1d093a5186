"""The newer endpoints as the official `openai` package meets them: `/v1/responses` and `/v1/embeddings`."""

import json
from typing import Any

import httpx
import openai
import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, TypeAdapter

from tests.functional.parts.llm.chatbot import CHATBOT, SLOW

TOOL: Any = {
    "type": "function",
    "name": "get_order",
    "strict": True,
    "parameters": {
        "type": "object",
        "properties": {"order_id": {"type": "string"}},
        "required": ["order_id"],
        "additionalProperties": False,
    },
}
IMAGE, NO_SCHEMA = {"type": "input_image"}, {"type": "json_schema", "name": "x"}


def ask(client: openai.OpenAI, said: Any, **more: Any) -> Any:
    return client.responses.create(model="halden-4", input=said, **more)


def embed(client: openai.OpenAI, given: Any, model: str = "text-embedding-3-small", **more: Any) -> Any:
    return client.embeddings.create(model=model, input=given, **more)


@pytest.mark.parametrize("stream", [False, True])
def test_a_stored_response_is_shown_until_it_is_deleted(site: Any, client: openai.OpenAI, stream: bool) -> None:
    site.begin()
    made = ask(client, "Refund, please. This is chat C-17.", stream=stream)
    if stream:
        made = next(event.response for event in made if event.type == "response.completed")
    assert client.responses.retrieve(made.id) == made
    client.responses.delete(made.id)
    for again in (client.responses.retrieve, client.responses.delete):
        with pytest.raises(openai.NotFoundError, match=f"Response with id '{made.id}' not found."):
            again(made.id)


def test_a_response_that_is_not_stored_is_not_shown(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    made = ask(client, "Refund, please.", store=False)
    with pytest.raises(openai.NotFoundError, match="not found"):
        client.responses.retrieve(made.id)


def test_a_response_its_usage_and_what_the_evidence_says(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    answer = ask(client, "Refund, please. This is chat C-17.", instructions="Be kind.", temperature=0.2)
    assert (answer.output_text, answer.status, answer.error) == ("Your refund is on its way.", "completed", None)
    assert (answer.instructions, answer.temperature, answer.top_p) == ("Be kind.", 0.2, 1.0)
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens
    assert site.settle() == {"tokens": answer.usage.total_tokens}
    (row,) = site.rows("facts_llm_calls")
    told = {"rule": "refund", "route": "responses", "key": "C-17", "finish": "stop", "status": 200, "id": answer.id,
            "tokens_in": answer.usage.input_tokens, "tokens_out": answer.usage.output_tokens, "turn": 1}  # fmt: skip
    assert {name: row[name] for name in told} == told
    assert [(row["route"], row["result"], row["key"]) for row in site.rows("calls")] == [("responses", "stop", "C-17")]


def test_the_same_question_is_answered_and_dealt_flaws_as_in_a_chat(site: Any, client: openai.OpenAI) -> None:
    flaw = {"kind": "refuse", "share": "50%", "per": "input"}
    site.begin(**CHATBOT | {"flaws": [flaw]})
    for number in range(6):
        text = f"Refund for chat C-{number}"
        chat = client.chat.completions.create(model="halden-4", messages=[{"role": "user", "content": text}])
        assert ask(client, text).output_text == chat.choices[0].message.content
    site.settle()
    rows = site.rows("facts_llm_calls")
    assert [row["nth"] for row in rows] == [1, 2] * 6
    assert [row.get("flaws") for row in rows[::2]] == [row.get("flaws") for row in rows[1::2]]
    assert len(site.rows("facts_llm_flaws")) == 6


def test_a_stream_comes_token_by_token_in_events(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    whole = ask(client, "Tell me a story")
    events = list(ask(client, "Tell me a story", stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    kinds = [event.type for event in events]
    assert kinds[:4] == ["response.created", "response.in_progress", "response.output_item.added",
                         "response.content_part.added"]  # fmt: skip
    assert kinds[-4:] == ["response.output_text.done", "response.content_part.done", "response.output_item.done",
                          "response.completed"]  # fmt: skip
    said = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert said == whole.output_text == events[-1].response.output_text
    assert events[-1].response.usage == whole.usage
    with client.responses.stream(model="halden-4", input="Tell me a story") as stream:
        assert stream.get_final_response().output_text == said
    site.settle()
    rows = site.rows("facts_llm_calls")
    assert [row["tokens_out"] for row in rows] == [whole.usage.output_tokens] * 3
    assert rows[1]["first_at"] < rows[1]["done_at"]


@pytest.mark.parametrize(
    "more",
    [
        {"input": "Tell me a story", "max_output_tokens": 16},
        {"input": "Where is HW-000123?", "tools": [TOOL], "instructions": "Be kind."},
        {"input": "A refund as JSON", "text": {"format": {"type": "json_object"}}},
    ],
)
def test_every_event_has_all_that_strict_clients_require(site: Any, client: openai.OpenAI, more: Any) -> None:
    site.begin()
    body = {"model": "halden-4", "stream": True, **more}
    answer = httpx.post(f"{client.base_url}responses", json=body, headers={"Authorization": "Bearer x"}, timeout=60)
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n") for block in answer.text.strip().split("\n\n")]
    for name, data in blocks:
        event = TypeAdapter[Any](ResponseStreamEvent).validate_json(data.removeprefix("data: "))
        assert name == f"event: {event.type}"
    whole = httpx.post(
        f"{client.base_url}responses", json=body | {"stream": False}, headers={"Authorization": "Bearer x"}, timeout=60
    )
    Response.model_validate_json(whole.content)


def test_an_answer_that_does_not_fit_is_incomplete(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    cut = ask(client, "Tell me a story", max_output_tokens=16)
    assert (cut.status, cut.incomplete_details.reason, cut.usage.output_tokens) == (
        "incomplete", "max_output_tokens", 16
    )  # fmt: skip
    *_, last = ask(client, "Tell me a story", max_output_tokens=16, stream=True)
    assert (last.type, last.response.status) == ("response.incomplete", "incomplete")


def test_tools_are_called_and_their_results_told(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    asked = ask(client, "Where is HW-000123?", tools=[TOOL])
    (call,) = asked.output
    assert (call.type, call.name, json.loads(call.arguments)) == (
        "function_call",
        "get_order",
        {"order_id": "HW-000123"},
    )
    result = {"type": "function_call_output", "call_id": call.call_id}
    result["output"] = json.dumps({"status": "packed", "eta": "4 March"})
    told = ask(client, [result], previous_response_id=asked.id, tools=[TOOL])
    assert told.output_text == "Order HW-000123 is packed, due 4 March."
    assert told.previous_response_id == asked.id
    by_hand = ask(client, [{"role": "user", "content": "Where is HW-000123?"}, *asked.output, result], tools=[TOOL])
    assert by_hand.output_text == told.output_text
    with client.responses.stream(model="halden-4", input="Where is HW-000123?", tools=[TOOL]) as stream:
        (streamed,) = stream.get_final_response().output
    assert streamed.type == "function_call"
    assert json.loads(streamed.arguments) == {"order_id": "HW-000123"}
    for items, more, message in (
        ([result], {}, "No tool call found for function call output with call_id"),
        ("And?", {"previous_response_id": asked.id}, "No tool output found for function call"),
    ):
        with pytest.raises(openai.BadRequestError, match=message) as refused:
            ask(client, items, tools=[TOOL], **more)
        assert (refused.value.param, refused.value.code) == ("input", None)


def test_a_conversation_goes_on_from_what_is_kept(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    first = ask(client, "A refund, this is chat C-5", instructions="Be kind.")
    second = ask(client, "Tell me a story", previous_response_id=first.id)
    assert second.usage.input_tokens > ask(client, "Tell me a story").usage.input_tokens
    unkept = ask(client, "A refund", store=False)
    for gone in (unkept.id, "resp_none"):
        with pytest.raises(openai.BadRequestError) as refused:
            ask(client, "And?", previous_response_id=gone)
        assert (refused.value.code, refused.value.param) == ("previous_response_not_found", "previous_response_id")
    site.settle()
    rows = site.rows("facts_llm_calls")
    assert [(row["key"], row["turn"]) for row in rows[:2]] == [("C-5", 1), ("C-5", 2)]
    site.begin()  # nothing is remembered in another lap
    with pytest.raises(openai.BadRequestError, match="not found"):
        ask(client, "And?", previous_response_id=first.id)


class Intent(BaseModel):
    intent: str
    order: str | None
    urgent: bool


def test_json_mode_and_schemas(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    parsed = client.responses.parse(model="halden-4", input="A refund!", text_format=Intent)
    assert parsed.output_parsed == Intent(intent="refund", order=None, urgent=False)
    plain = ask(client, "I want a refund for HW-000007, as JSON.", text={"format": {"type": "json_object"}})
    assert json.loads(plain.output_text)["order"] == "HW-000007"
    with pytest.raises(openai.BadRequestError, match="must contain the word 'json'"):
        ask(client, "I want a refund", text={"format": {"type": "json_object"}})
    site.begin(**CHATBOT | {"flaws": [{"kind": "refuse", "share": "100%"}]})
    refused: Any = client.responses.parse(model="halden-4", input="A refund!", text_format=Intent)
    assert refused.output_parsed is None
    assert refused.output[0].content[0].type == "refusal"


@pytest.mark.parametrize(
    ("more", "param", "code"),
    [
        ({"temperature": 2.5}, "temperature", "decimal_above_max_value"),
        ({"temperature": -1}, "temperature", "decimal_below_min_value"),
        ({"temperature": "hot"}, "temperature", "invalid_type"),
        ({"max_output_tokens": 15}, "max_output_tokens", "integer_below_min_value"),
        ({"max_output_tokens": 5000}, "max_output_tokens", "invalid_value"),
        ({"extra_body": {"max_tokens": 5}}, "max_tokens", "unknown_parameter"),
        ({"background": True}, "background", "unsupported_parameter"),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type", "invalid_value"),
        ({"tools": [{"type": "function"}]}, "tools[0].name", "missing_required_parameter"),
        ({"tool_choice": {"type": "function", "name": "x"}}, "tool_choice", "invalid_value"),
        ({"text": {"format": {"type": "xml"}}}, "text.format.type", "invalid_value"),
        ({"text": {"format": NO_SCHEMA}}, "text.format.schema", "missing_required_parameter"),
        ({"input": [{"role": "boss", "content": "x"}]}, "input[0].role", "invalid_value"),
        ({"input": [{"role": "user"}]}, "input[0].content", "missing_required_parameter"),
        ({"input": [{"role": "user", "content": [IMAGE]}]}, "input[0].content[0].type", "invalid_value"),
        ({"input": [{"type": "item_reference", "id": "x"}]}, "input[0].type", "invalid_value"),
        ({"input": [{"type": "function_call", "name": "x"}]}, "input[0].call_id", "missing_required_parameter"),
        ({"input": 3}, "input", "invalid_type"),
        ({"input": None}, "input", "missing_required_parameter"),
        ({"input": "word " * 20_000}, "input", "context_length_exceeded"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_as_the_real_api_says_it(
    site: Any, client: openai.OpenAI, more: dict[str, Any], param: str, code: str
) -> None:
    site.begin()
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(**{"model": "halden-4", "input": "Hello", **more})
    assert (refused.value.param, refused.value.code) == (param, code)
    assert refused.value.type == "invalid_request_error"


def test_quotas_budgets_and_faults_are_those_of_chats(site: Any, client: openai.OpenAI) -> None:
    site.begin(**CHATBOT | {"quota": {"requests": 2, "per": "100h sim"}})
    ask(client, "Refund 1")
    assert embed(client, "x").usage.total_tokens == 1
    for call in (lambda: ask(client, "Refund 2"), lambda: embed(client, "y")):
        with pytest.raises(openai.RateLimitError):
            call()
    site.begin(**CHATBOT | {"budget": 1})
    embed(client, "x y z")
    with pytest.raises(openai.RateLimitError) as spent:
        ask(client, "Refund")
    assert spent.value.code == "insufficient_quota"
    site.begin(**CHATBOT | {"flaws": [{"kind": "fail", "share": "100%", "status": 503, "retry_after": "10ms"}]})
    for call in (lambda: ask(client, "Refund"), lambda: embed(client, "y")):
        with pytest.raises(openai.InternalServerError, match="overloaded"):
            call()
    site.settle()
    assert [(row["route"], row["status"]) for row in site.rows("facts_llm_calls")] == [
        ("responses", 503), ("embeddings", 503)
    ]  # fmt: skip


def test_a_caller_that_leaves_a_stream_stops_it(site: Any, client: openai.OpenAI) -> None:
    site.begin(**CHATBOT | {"pace": SLOW})
    with ask(client, "Tell me a story", stream=True) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                break
    site.settle()
    (row,) = site.rows("facts_llm_calls")
    assert (row["done_at"], row["finish"], row["status"]) == (None, None, 200)
    assert row["tokens_out"] < 100


def test_embeddings_are_near_for_texts_that_are_alike(site: Any, client: openai.OpenAI) -> None:
    site.begin()
    texts = ["The drill is broken and I want my money back", "I want my money back, the drill broke",
             "Delivery of twelve pallets on Thursday morning"]  # fmt: skip

    def vectors_of(**more: Any) -> list[list[float]]:
        return [one.embedding for one in embed(client, texts, **more).data]

    def near(one: list[float], other: list[float]) -> float:
        return sum(a * b for a, b in zip(one, other, strict=True))

    asked = vectors_of()  # the client asks for base64 by itself
    assert [len(one) for one in asked] == [1536] * 3
    assert vectors_of(encoding_format="float")[0] == pytest.approx(asked[0], abs=1e-6)
    for vectors in (asked, vectors_of(dimensions=256)):
        assert [near(one, one) for one in vectors] == pytest.approx([1.0] * 3, abs=1e-4)
        assert near(vectors[0], vectors[1]) > 0.5 > 0.3 > abs(near(vectors[0], vectors[2]))
    site.begin()
    assert vectors_of() == asked
    tokens = embed(client, [[1, 2, 3], [1, 2, 3, 4]], "text-embedding-3-large")
    assert near(*(one.embedding for one in tokens.data)) > 0.7
    assert tokens.usage.total_tokens == 7
    site.settle()
    rows = site.rows("facts_llm_calls")
    assert {name: rows[-1][name] for name in ("route", "rule", "tokens_in", "tokens_out", "finish", "turn")} == {
        "route": "embeddings", "rule": "embedding", "tokens_in": 7, "tokens_out": 0, "finish": "stop", "turn": None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "status", "param", "code"),
    [
        ({"input": ""}, 400, None, None),
        ({"input": []}, 400, None, None),
        ({"input": ["a", ""]}, 400, None, None),
        ({"input": [1.5]}, 400, None, None),
        ({"input": None}, 400, "input", "missing_required_parameter"),
        ({"input": ["a"] * 2049}, 400, "input", "array_above_max_length"),
        ({"input": "word " * 9000}, 400, None, None),
        ({"input": ["word " * 8000] * 40}, 400, None, "max_tokens_per_request"),
        ({"dimensions": 0}, 400, "dimensions", "integer_below_min_value"),
        ({"dimensions": 1537}, 400, "dimensions", None),
        ({"encoding_format": "hex"}, 400, "encoding_format", "invalid_value"),
        ({"truncate": True}, 400, None, None),
        ({"model": "halden-4"}, 403, None, None),
        ({"model": "none"}, 404, None, "model_not_found"),
    ],
)
def test_what_embeddings_refuse(
    site: Any, client: openai.OpenAI, more: dict[str, Any], status: int, param: str | None, code: str | None
) -> None:
    site.begin()
    body = {"model": "text-embedding-3-small", "input": "x", **more}
    answer = httpx.post(f"{client.base_url}embeddings", json=body, headers={"Authorization": "Bearer x"}, timeout=60)
    error = answer.json()["error"]
    assert (answer.status_code, error["param"], error["code"]) == (status, param, code)
    assert error["message"]
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="text-embedding-3-small", messages=[{"role": "user", "content": "x"}])
