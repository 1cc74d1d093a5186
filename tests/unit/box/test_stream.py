import io
import socket
import struct
import threading

from hypothesis import given
from hypothesis import strategies as st

from simulator.box.stream import Output

FRAMES = st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=300)), max_size=20)


def read(data: bytes) -> tuple[bytes, bytes]:
    """What comes out as stdout, and as stderr, of a connection that ends after `data`."""
    ours, theirs = socket.socketpair()
    aside = bytearray()

    def send() -> None:
        with theirs:
            theirs.sendall(data)

    sender = threading.Thread(target=send)
    sender.start()
    with ours:
        found = io.BufferedReader(Output(ours, aside.extend), 64).read()
    sender.join()
    return found, bytes(aside)


def framed(frames: list[tuple[int, bytes]]) -> bytes:
    return b"".join(struct.pack(">BxxxL", kind, len(data)) + data for kind, data in frames)


@given(FRAMES)
def test_both_streams_arrive_whole_and_in_order(frames: list[tuple[int, bytes]]) -> None:
    out, err = (b"".join(data for kind, data in frames if kind == wanted) for wanted in (1, 2))
    assert read(framed(frames)) == (out, err)


@given(FRAMES, st.integers(0, 8000))
def test_a_connection_that_is_cut_ends_what_is_read(frames: list[tuple[int, bytes]], end: int) -> None:
    out = b"".join(data for kind, data in frames if kind == 1)
    assert out.startswith(read(framed(frames)[:end])[0])
