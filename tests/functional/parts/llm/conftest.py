"""The chatbot as a site of its own, and the stock client of its API."""

from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest

from tests.functional.parts.conftest import LOCALHOST
from tests.functional.parts.llm.chatbot import CHATBOT


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Any]) -> Any:
    return start_site("llm", **CHATBOT)


@pytest.fixture
def client(site: Any) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"http://{LOCALHOST}:{site.port}/v1", api_key="sk-any", max_retries=0) as client:
        yield client
    site.control.post("/settle")
