"""The runtime inside a box: processes of one container, the deployment's under users of their own.

It is the local runtime, run by root, with what keeps a deployment from the rest:

- **Users.** Each service runs as a user that nobody else is, so that files, signals, `ptrace` and `/proc/PID` of our
  processes are closed to it, and all that it ever started can be counted, and ended, by that user.
- **Sockets.** In one network namespace every port on loopback is open to every user. So only what the deployment may
  reach is a port: its links, the clock, its own services. Parts, control and the ways in for traffic are Unix sockets
  in a folder that only root may enter.
- **Files.** The world's folder, with seed and evidence, and the folders of our own code are root's alone. The
  deployment gets a copy of its files, a home, and an environment of the workbench's libraries and nothing else.
- **System calls** that breakouts begin with are refused to it (`syscalls`), on top of what the container refuses.
- **Limits**, set before it begins and out of its reach: processes, files, file size, address space, priority, who dies
  first when memory ends (`launch`). What a service holds in memory is watched, and ends it (`watch`).

What the container around it does not do (cut the network, limit memory), this cannot: `seals` finds out and says so,
in `run.json` and every report.
"""

from simulator.runtime.box.runtime import BoxRuntime

__all__ = ["BoxRuntime"]
