"""System calls that a deployment has no use for, each tried so that it would do something where it may.

`python calls.py` prints what each met, as JSON. Standard library only, and no import of the tests: it runs in a world.
"""

import ctypes
import errno
import json
import os
import platform

_LIBC = ctypes.CDLL(None, use_errno=True)
_COLUMN = 0 if platform.machine() == "x86_64" else 1
_ROOM = ctypes.create_string_buffer(256)
_ME = os.getpid()
CALLS: dict[str, tuple[int, int, tuple[object, ...]]] = {
    "io_uring_setup": (425, 425, (1, _ROOM)),
    "io_uring_enter": (426, 426, (-1, 0, 0, 0, None, 0)),
    "io_uring_register": (427, 427, (-1, 0, None, 0)),
    "userfaultfd": (323, 282, (1,)),
    "bpf": (321, 280, (-1, None, 0)),
    "perf_event_open": (298, 241, (None, 0, -1, -1, 0)),
    "keyctl": (250, 219, (0, -3, 1)),
    "add_key": (248, 217, (b"user", b"name", b"secret", 6, -2)),
    "request_key": (249, 218, (b"user", b"none", None, 0)),
    "ptrace": (101, 117, (16, 2**22 - 1, 0, 0)),
    "process_vm_readv": (310, 270, (_ME, None, 0, None, 0, 0)),
    "process_vm_writev": (311, 271, (_ME, None, 0, None, 0, 0)),
    "process_madvise": (440, 440, (-1, None, 0, 0, 0)),
    "pidfd_getfd": (438, 438, (-1, 0, 0)),
    "kcmp": (312, 272, (_ME, _ME, 0, 0, 1)),
    "clone3": (435, 435, (None, 0)),
    "AF_VSOCK": (41, 198, (40, 1, 0)),
    "AF_ALG": (41, 198, (38, 5, 0)),
    "AF_KEY": (41, 198, (15, 3, 2)),
    "AF_BLUETOOTH": (41, 198, (31, 3, 1)),
    "unshare": (272, 97, (0x10000000,)),
}
"""Number on x86-64, number on Arm, arguments; last the one that changes the process that makes it."""


def tried() -> dict[str, str]:
    """What each call met: the name of an error, or `done`."""
    found = {}
    for name, (first, second, arguments) in CALLS.items():
        ctypes.set_errno(0)
        answer = _LIBC.syscall((first, second)[_COLUMN], *arguments)
        found[name] = "done" if answer >= 0 else errno.errorcode[ctypes.get_errno()]
    return found


if __name__ == "__main__":
    print(json.dumps(tried()))
