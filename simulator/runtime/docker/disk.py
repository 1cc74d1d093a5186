"""Filling the disk of a container: its scratch space, a tmpfs, is made no larger than what is in it.

Nobody in the container may do that, nor may a command that the engine runs in it: that has no more rights than the
container was made with. So a helper of our own image looks in from outside: it shares the container's processes, may
mount, and enters nothing but its file system. It has no network, and runs nothing of the deployment's.
"""

from contextlib import suppress

from docker.errors import APIError

from simulator.runtime.base import RuntimeUnavailable
from simulator.runtime.docker import containers
from simulator.runtime.docker.engine import ROLE, SESSION, WORLD, Engine

_WITHIN = 20

_RESIZE = """
import ctypes, os, sys, time
whole, leaves = map(int, sys.argv[1:])
libc = ctypes.CDLL(None, use_errno=True)
if libc.setns(os.open("/proc/1/ns/mnt", os.O_RDONLY), 0x20000):  # CLONE_NEWNS, setns(2)
    sys.exit(f"setns: {os.strerror(ctypes.get_errno())}")
page, mark = os.sysconf("SC_PAGE_SIZE"), "/tmp/.full"
for attempt in range(100):
    if leaves < 0:
        size = whole
    else:
        found = os.statvfs("/tmp")
        used = (found.f_blocks - found.f_bfree) * found.f_frsize
        if not used and leaves < page:
            # A tmpfs has one page at least.
            with open(mark, "wb") as file:
                file.write(bytes(page))
            used = page
        size = used + leaves
    # MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, mount(2); refused when more was written meanwhile.
    if libc.mount(b"tmpfs", b"/tmp", None, 2 | 4 | 8 | 32, b"size=%d" % size) == 0:
        if leaves < 0 and os.path.exists(mark):
            os.remove(mark)
        sys.exit(0)
    time.sleep(0.002)
sys.exit(f"mount: {os.strerror(ctypes.get_errno())}")
"""


def resize(engine: Engine, container: str, image: str, whole: int, leaves: int | None) -> None:
    """Leave so many bytes in /tmp of a container that has `whole` there; None: as at first.

    Blocks for about a second. Nothing where the container has ended. Raises `RuntimeUnavailable`.
    """
    labels = engine.api.inspect_container(container)["Config"]["Labels"]
    rights = engine.api.create_host_config(
        pid_mode=f"container:{container}",
        network_mode="none",
        read_only=True,
        cap_drop=["ALL"],
        cap_add=["SYS_ADMIN", "SYS_CHROOT", "SYS_PTRACE"],
        security_opt=["seccomp=unconfined", "apparmor=unconfined"],
        mem_limit=2**26,
    )
    command = ["python", "-I", "-S", "-c", _RESIZE, str(whole), str(-1 if leaves is None else leaves)]
    made = engine.api.create_container(
        image, command, user="0:0", host_config=rights, labels={key: labels[key] for key in (SESSION, ROLE, WORLD)}
    )["Id"]
    try:
        engine.api.start(made)
        code = engine.api.wait(made, timeout=_WITHIN)["StatusCode"]
        said = engine.api.logs(made).decode(errors="replace").strip()
    except APIError as error:
        if not engine.api.inspect_container(container)["State"]["Running"]:
            return
        raise RuntimeUnavailable(f"the engine lets no helper fill a disk: {error.explanation}") from error
    finally:
        with suppress(APIError):
            containers.remove(engine, made)
    if code:
        raise RuntimeUnavailable(f"a disk cannot be filled on this engine: {said[-200:]}")
