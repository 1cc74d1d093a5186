"""A language model behind the chat API of OpenAI, whose answers come from a script that the scenario's author writes.

`kind.LLM` is what the registry takes; `README.md` is the script's reference.
"""
