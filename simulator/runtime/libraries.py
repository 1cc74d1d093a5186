"""The libraries that learners' code may import where it runs on this very interpreter: runtimes local and box."""

from importlib.util import find_spec

from simulator.runtime.base import RuntimeUnavailable

EXTRA = ("cachetools", "defusedxml", "httpx", "openai", "pandas", "pytest", "sklearn", "tenacity", "zeep")
"""Modules that nothing of ours imports; the extra `workbench` installs them."""

REMEDY = "install the project with its extra: pip install 'fdelab[workbench]', or make setup; or use --runtime docker"


def check() -> None:
    """Check that they are installed: else a deployment could not be blamed for not starting.

    Raises `RuntimeUnavailable`.
    """
    missing = [name for name in EXTRA if find_spec(name) is None]
    if missing:
        raise RuntimeUnavailable(f"deployments cannot run here: this install has no {', '.join(missing)}", REMEDY)
