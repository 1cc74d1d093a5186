"""The system calls that a guest of a box may not make, as a filter that its launcher installs (seccomp(2)).

A list of what is refused, since it comes on top of what the container around the box refuses, whatever engine made
that: calls that give a guest nothing which it needs, and that breakouts begin with. A list of what is allowed would
have to know every call of kernels to come; a container's own (`simulator.runtime.docker.seccomp`) is one, as it
replaces one.
"""

import platform
import struct
import sys
from collections.abc import Iterator

SOCKETS = (1, 2, 10, 16)
"""Families that a guest may open: Unix, IPv4, IPv6, netlink (which names are looked up with). Not AF_VSOCK, to the
hypervisor, which no network namespace cuts; nor the kernel's cryptography, packets, and what is rarely looked at."""

_REFUSED = """
io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427 427, userfaultfd 323 282, bpf 321 280,
perf_event_open 298 241, keyctl 250 219, add_key 248 217, request_key 249 218,
ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, process_madvise 440 440, pidfd_getfd 438 438,
kcmp 312 272, unshare 272 97, setns 308 268, mount 165 40, umount2 166 39, pivot_root 155 41, chroot 161 51,
fsopen 430 430, fsconfig 431 431, fsmount 432 432, fspick 433 433, open_tree 428 428, move_mount 429 429,
mount_setattr 442 442, name_to_handle_at 303 264, open_by_handle_at 304 265, fanotify_init 300 262,
fanotify_mark 301 263, lookup_dcookie 212 18, quotactl 179 60, quotactl_fd 443 443, init_module 175 105,
finit_module 313 273, delete_module 176 106, kexec_load 246 104, kexec_file_load 320 294, reboot 169 142,
swapon 167 224, swapoff 168 225, acct 163 89, syslog 103 116, iopl 172 -, ioperm 173 -, modify_ldt 154 -,
vhangup 153 58, settimeofday 164 170, clock_settime 227 112, sethostname 170 161, setdomainname 171 162
"""
"""Each with its number on x86-64, and on what shares the kernel's general table (Arm, RISC-V)."""
_SOCKET, _CLONE = (41, 198), (56, 220)
_CLONE3 = 435

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7), "riscv64": (1, 0xC00000F3)}
"""Column of the numbers, and what the kernel calls the architecture (linux/audit.h)."""
_X32 = 0x40000000
"""Where a second table of numbers begins on x86-64."""
_NAMESPACES = 0x7E020000
"""Flags of clone(2) that make namespaces."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_OF, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""Instructions (linux/bpf_common.h): load a word of the call, three jumps, and the end."""
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
"""Where the words of a call are (struct seccomp_data); of the argument, the half that says it on these machines."""
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NOT_PERMITTED, _NOT_IMPLEMENTED = _ERRNO | 1, _ERRNO | 38

Instruction = tuple[int, int, int, int]
"""Code, instructions to skip when true and when false, operand."""


def refused() -> dict[str, tuple[int | None, int | None]]:
    """Names of the calls that are refused whatever they ask for, with their numbers in both tables."""
    rows = (row.split() for row in _REFUSED.split(","))
    return {name: (int(first), None if second == "-" else int(second)) for name, first, second in rows}


def program(machine: str | None = None) -> bytes:
    """Return the filter as the kernel takes it; empty for a machine that nobody has written it for."""
    machine = machine or platform.machine()
    if machine not in _MACHINES or sys.byteorder != "little":
        return b""
    column, architecture = _MACHINES[machine]
    return b"".join(struct.pack("HBBI", *one) for one in _instructions(column, architecture))


def _instructions(column: int, architecture: int) -> Iterator[Instruction]:
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield from _unless((_EQUAL, architecture), _NOT_IMPLEMENTED)
    yield _LOAD, 0, 0, _NUMBER
    if column == 0:
        yield from _when((_AT_LEAST, _X32), _NOT_IMPLEMENTED)
    # The C library asks for clone(2) then, whose flags can be looked at.
    yield from _when((_EQUAL, _CLONE3), _NOT_IMPLEMENTED)
    for numbers in refused().values():
        if (number := numbers[column]) is not None:
            yield from _when((_EQUAL, number), _NOT_PERMITTED)
    yield from _only(_CLONE[column], [*_when((_ANY_OF, _NAMESPACES), _NOT_PERMITTED), (_RETURN, 0, 0, _ALLOW)])
    allowed = [one for family in SOCKETS for one in _when((_EQUAL, family), _ALLOW)]
    yield from _only(_SOCKET[column], [*allowed, (_RETURN, 0, 0, _NOT_PERMITTED)])
    yield _RETURN, 0, 0, _ALLOW


def _when(test: tuple[int, int], verdict: int) -> Iterator[Instruction]:
    yield test[0], 0, 1, test[1]
    yield _RETURN, 0, 0, verdict


def _unless(test: tuple[int, int], verdict: int) -> Iterator[Instruction]:
    yield test[0], 1, 0, test[1]
    yield _RETURN, 0, 0, verdict


def _only(number: int, rules: list[Instruction]) -> Iterator[Instruction]:
    """For one call, what its first argument decides; the rules end with a verdict."""
    yield _EQUAL, 0, len(rules) + 1, number
    yield _LOAD, 0, 0, _FIRST_ARGUMENT
    yield from rules
