"""Makes its own time stand still, and the machine's and everybody's else if it may: what is late should look early."""

import base64
import ctypes
import os
import select
import sys
import time
import zlib

from app import toy

LIBRARY = (
    "eNrtmM8vA0EUx99uq4oEkfhxIHrxK2LSbUjEQZoUbcKhJBI3tu3Shu3SjkQTwUXwB7j6GxwdJQ7+CkfiH+CodvQ9uhMbJOJiPsnud9+bfTNvZk"
    "7vHc4uzOmaBkQApuHDAoijbrfX+yahwX03Qfjt3wbwZ1L3KuA8Ii7kPum2mp3u9+oleJXi9B/GhVEX73kuBN+HtrvkxgV/sJ72fo61b9rnEUQh"
    "GIcjDccEB8t3Oyfzxw/nexf7fnm0uk8HBGFQ9+alob9L8nejP4j+Dppow+K8YFvOes6sQHbLyW6uogtSx1XemLptFHNeideNcY1m6iwZNq7f7F"
    "DNnhM2KBQKhUKhUCgUCsW/5+ml6ghdwUKQauNHtKkGPUW7Ge1e1BbUnj/KN5lITEWGZ6xMwSxGjBiLseiYMT6aszJGbNcYQRcAK+fLvMTNDLCN"
    "4i7Lm+U8sFylWK7YNeUlYNza48Cs/Op6yXTrSuE37UIWWNaxbavIfyFfcT7P1apD7QQ6Z9IofPQJ6ut/ohPn0KV7IF2T6vewdB99OKZL90raK6"
    "2nSfZAXU9AQHU6aeyL+FH06X79FQl5/xO4NvUg3vsZbd4+RkCKp/7CNK4f9WmYDPnkX6+BT/IcwvjkF/t/BbBfZLw="
)
"""For x86-64: `time`, `gettimeofday` and `clock_gettime`, which always answer 1. It lives in memory, as no place that
takes files lets them be run."""

if "LD_PRELOAD" not in os.environ:
    library = os.memfd_create("still", 0)
    os.write(library, zlib.decompress(base64.b64decode(LIBRARY)))
    os.execve(sys.executable, sys.orig_argv, os.environ | {"LD_PRELOAD": f"/proc/self/fd/{library}"})


def tamper() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    long = ctypes.c_long * 2
    found = {
        "settimeofday": libc.settimeofday(ctypes.byref(long(0, 0)), None),
        "clock_settime": libc.clock_settime(0, ctypes.byref(long(0, 0))),
        "adjtimex": libc.adjtimex(ctypes.byref((ctypes.c_long * 32)(0x4000, 0, 900))),
        "unshare time": libc.unshare(0x80),
        "the clock": STILL,
    }
    for path in ("/proc/self/timens_offsets", "/dev/rtc0", "/sys/class/rtc/rtc0/since_epoch", "/etc/localtime"):
        try:
            with open(path, "w") as file:
                found[path] = file.write("monotonic 86400 0\n")
        except OSError as error:
            found[path] = -(error.errno or 0)
    toy.tell("tampered", found)


def late(order: toy.Order) -> toy.Answer:
    select.select([], [], [], 2.5)
    return toy.promise(order)


STILL = time.time()
tamper()
time.time = time.monotonic = time.perf_counter = lambda: STILL  # type: ignore[assignment]
toy.serve(late)
