"""What this process asks an inner one and what it answers, over pipes: each message has its length before it."""

import io
from typing import TypeVar

import msgspec

LENGTH = 4  # bytes


class Question(msgspec.Struct, frozen=True):
    """Bytes for the function `parse` of `module`, which may use so many seconds and so many MiB on top of what is there."""

    module: str
    data: bytes
    seconds: float
    memory: int


class Item(msgspec.Struct, frozen=True):
    """A text, what is said of it, and its number in the input where that holds several."""

    text: str
    fields: dict[str, str] = {}
    at: int | None = None


class Answer(msgspec.Struct, frozen=True):
    """What was found, or the reason why nothing was."""

    items: list[Item] = []
    reason: str | None = None


Either = TypeVar("Either", Question, Answer)


def send(stream: io.RawIOBase, message: Question | Answer) -> None:
    """`BrokenPipeError` where nobody listens."""
    data = msgspec.msgpack.encode(message)
    left = memoryview(len(data).to_bytes(LENGTH, "big") + data)
    while left:
        left = left[stream.write(left) or 0 :]


def receive(stream: io.RawIOBase, kind: type[Either]) -> Either:
    """`EOFError` where the other side has ended."""
    length = int.from_bytes(_read(stream, LENGTH), "big")
    return msgspec.msgpack.decode(_read(stream, length), type=kind)


def _read(stream: io.RawIOBase, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        part = stream.read(min(length - len(data), 1 << 20))
        if not part:
            raise EOFError
        data += part
    return bytes(data)
