"""The real clients of a part that are installed here, to be run on the learner's terminal: psql and sftp."""

import os
import shlex
import shutil
from pathlib import Path

from labs.engagement.parts import ReachablePart

CONNECTS = "10"
"""Seconds that a client waits for a connection."""


def client(part: ReachablePart) -> str | None:
    """Return the path of the program that speaks with it; None: none is installed, or it takes requests."""
    names = {"postgresql": "psql", "sftp": "sftp"}
    return shutil.which(names[part.scheme]) if part.scheme in names else None


def by_hand(part: ReachablePart) -> str:
    """Return the command that somebody would type, with what the customer gave them."""
    if part.scheme == "postgresql":
        return shlex.join(["psql", part.env[f"{_prefix(part)}_URL"]])
    return shlex.join(["sftp", "-P", str(part.port), f"{part.access.user}@{part.host}"])


def psql(part: ReachablePart, program: str) -> tuple[list[str], dict[str, str]]:
    """Its arguments and environment; the password is in the latter, where other users do not see it."""
    database = part.access.path.lstrip("/")
    argv = [program, "-h", part.host, "-p", str(part.port), "-U", str(part.access.user), "-d", database]
    return argv, {**os.environ, "PGPASSWORD": part.access.password or "", "PGCONNECT_TIMEOUT": CONNECTS}


def sftp(part: ReachablePart, program: str, scratch: Path) -> tuple[list[str], dict[str, str]]:
    """Its arguments and environment; `scratch` is a private folder for what knows the host's key and the password."""
    known = scratch / "known_hosts"
    known.write_text(f"[{part.host}]:{part.port} {part.access.more['HOST_KEY']}\n", encoding="utf-8")
    tells = scratch / "password"
    tells.write_text(f"#!/bin/sh\nprintf '%s\\n' {shlex.quote(part.access.password or '')}\n", encoding="utf-8")
    tells.chmod(0o700)
    options = {
        "UserKnownHostsFile": str(known), "StrictHostKeyChecking": "yes", "PubkeyAuthentication": "no",
        "NumberOfPasswordPrompts": "1", "ConnectTimeout": CONNECTS, "LogLevel": "ERROR",
    }  # fmt: skip
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    argv = [program, "-F", "/dev/null", *words, "-P", str(part.port), f"{part.access.user}@{part.host}"]
    # Asked by this program, the password needs no finger; `force` is for an OpenSSH from 2020 on.
    return argv, {**os.environ, "SSH_ASKPASS": str(tells), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": "none"}


def _prefix(part: ReachablePart) -> str:
    return part.name.upper().replace("-", "_")
