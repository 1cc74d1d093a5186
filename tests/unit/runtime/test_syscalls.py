"""Two lists of system calls, one of what is refused and one of what is allowed, say the same of the same call."""

import json
import struct
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.runtime.box import syscalls
from simulator.runtime.docker import seccomp
from simulator.runtime.docker.engine import Engine

ALLOWED, EPERM, ENOSYS = 0x7FFF0000, 0x00050001, 0x00050026
X86, ARM = ("x86_64", 0xC000003E), ("aarch64", 0xC00000B7)


def verdict(machine: str, architecture: int, number: int, argument: int = 0) -> int:
    """What the kernel would do, as bpf(4) has it for the few instructions that are used."""
    program = syscalls.program(machine)
    words = {0: number, 4: architecture, 16: argument & 0xFFFFFFFF}
    at = held = 0
    while True:
        code, true, false, operand = struct.unpack_from("HBBI", program, 8 * at)
        at += 1
        match code:
            case 0x20:
                held = words[operand]
            case 0x06:
                return cast(int, operand)
            case 0x15 | 0x35 | 0x45:
                hit = {0x15: held == operand, 0x35: held >= operand, 0x45: bool(held & operand)}[code]
                at += true if hit else false
            case _:
                raise AssertionError(hex(code))


def engine(*options: str) -> Engine:
    return cast(Engine, SimpleNamespace(info={"SecurityOptions": list(options)}))


def profile() -> dict[str, Any]:
    _, option = seccomp.options(engine("name=seccomp,profile=default"))
    found: dict[str, Any] = json.loads(option.removeprefix("seccomp="))
    return found


@pytest.mark.parametrize("name", list(syscalls.refused()))
def test_what_a_box_refuses_no_container_may_do(name: str) -> None:
    assert [rule for rule in profile()["syscalls"] if name in rule["names"]] == []
    for column, (machine, architecture) in enumerate((X86, ARM)):
        if (number := syscalls.refused()[name][column]) is not None:
            assert verdict(machine, architecture, number) == EPERM


def test_both_allow_the_same_families_of_sockets() -> None:
    rules = [rule for rule in profile()["syscalls"] if rule["names"] == ["socket"]]
    assert {rule["args"][0]["value"] for rule in rules} == set(syscalls.SOCKETS)
    assert {rule["args"][0]["op"] for rule in rules} == {"SCMP_CMP_EQ"}
    assert not any("socketcall" in rule["names"] for rule in profile()["syscalls"]), "whose arguments no filter sees"


@given(st.integers(0, 2**64 - 1))
def test_a_socket_of_no_other_family_whatever_stands_in_the_upper_half(family: int) -> None:
    for (machine, architecture), number in ((X86, 41), (ARM, 198)):
        # The kernel reads an int there: the lower half is what counts.
        assert (verdict(machine, architecture, number, family) == ALLOWED) == (family & 0xFFFFFFFF in syscalls.SOCKETS)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_what_is_not_listed_is_allowed_and_other_tables_are_not_there(number: int, architecture: int) -> None:
    for column, (machine, own) in enumerate((X86, ARM)):
        listed = {numbers[column] for numbers in syscalls.refused().values()} | {435, (41, 198)[column]}
        expected = ENOSYS if column == 0 and number >= 0x40000000 else ALLOWED
        if number not in listed:
            assert verdict(machine, own, number) == expected
        if architecture != own:
            assert verdict(machine, architecture, number) == ENOSYS


@given(st.integers(0, 2**32 - 1))
def test_clone_makes_threads_and_children_but_no_namespaces(flags: int) -> None:
    for (machine, architecture), number in ((X86, 56), (ARM, 220)):
        assert verdict(machine, architecture, number, flags) == (EPERM if flags & 0x7E020000 else ALLOWED)
        assert verdict(machine, architecture, 435) == ENOSYS


def test_an_engine_without_seccomp_is_asked_for_none() -> None:
    assert seccomp.options(engine("name=apparmor")) == ["no-new-privileges:true"]
    assert not seccomp.usable(engine())


def test_a_machine_that_it_was_not_written_for_gets_no_filter() -> None:
    assert syscalls.program("s390x") == b""
