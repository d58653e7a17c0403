"""The process in which prompts are rendered: `python -m hitl_chat.models.prompt_sandbox`.

One request per line on stdin, one answer per line on stdout, both JSON. Bounded by the system in
memory and computing time; what it is killed for, its parent reports. Opens no file and no socket.
"""

import json
import resource
import sys
from functools import lru_cache
from typing import Any, TextIO

from jinja2 import TemplateError

from hitl_chat.models.prompts import PromptError, compiled

MEMORY = 512 * 1024 * 1024
SECONDS = 2  # of computing, for one prompt
MOST = 1024 * 1024  # characters of what comes out

template_of = lru_cache(maxsize=64)(compiled)  # compiling takes 2 ms, rendering some 0.01


def main(requests: TextIO = sys.stdin, answers: TextIO = sys.stdout) -> None:
    for line in requests:
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()


def answer(request: dict[str, Any]) -> dict[str, str]:
    """`text`, or the `error` that the prompt's author has to know of."""
    try:
        template = template_of(request["template"])
        parts: list[str] = []
        size = 0
        for part in template.generate(request["inputs"]):
            size += len(part)
            if size > MOST:
                return {"error": f"it renders to more than {MOST} characters"}
            parts.append(part)
    except (PromptError, TemplateError, RecursionError, MemoryError) as error:
        return {"error": str(error) or type(error).__name__}
    return {"text": "".join(parts).strip()}


def bounded() -> None:
    """Computing is counted over the life of a process, so its parent replaces it in time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS * 30, SECONDS * 30))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    bounded()
    main()
