"""The smallest honest guard: reads every chunk, keeps the text, tests words on its tail."""

import re

import orjson

WORDS = re.compile(
    r"\b(refund guaranteed|lawsuit|sue you|kill|self[- ]harm|social security|credit card"
    r"|guarantee|lawyer|attorney|chargeback|idiot|stupid)\b",
    re.IGNORECASE,
)
TAIL = 48
DATA = b"data: "


def check_request(body: bytes) -> bytes:
    """The request, read and written again."""
    return orjson.dumps(orjson.loads(body))


def check_whole(body: bytes) -> bytes:
    """A whole answer, read and searched."""
    WORDS.search(orjson.loads(body)["choices"][0]["message"]["content"])
    return body


class Gate:
    """One stream; gives the raw events back once it has read them."""

    __slots__ = ("finish", "hit", "rest", "tail", "text")

    def __init__(self) -> None:
        self.rest = b""
        self.text: list[str] = []
        self.tail = ""
        self.hit = ""
        self.finish: str | None = None

    def feed(self, data: bytes) -> bytes:
        data = self.rest + data
        cut = data.rfind(b"\n\n") + 2
        if cut < 2:
            self.rest = data
            return b""
        self.rest = data[cut:]
        events = data[:cut]
        for event in events.split(b"\n\n"):
            if event.startswith(DATA) and event != b"data: [DONE]":
                self.read(event[len(DATA) :])
        return events

    def read(self, event: bytes) -> None:
        for choice in orjson.loads(event)["choices"]:
            self.finish = choice.get("finish_reason") or self.finish
            content = choice["delta"].get("content")
            if content:
                self.text.append(content)
                seen = self.tail + content
                if WORDS.search(seen):
                    self.hit = seen
                self.tail = seen[-TAIL:]
