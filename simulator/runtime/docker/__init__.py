"""The runtime on a Docker engine: sealed networks, hardened containers, and a field that alone is in all of them.

What an engine does and does not keep apart was measured; each setting that a seal rests on has a test that tries to
break out.
"""

from simulator.runtime.docker.runtime import DockerRuntime

__all__ = ["DockerRuntime"]
