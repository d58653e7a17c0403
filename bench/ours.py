"""How hitl-chat itself is started for the bench: its default configuration, nothing switched off.

The one file to change when its command line or configuration file does.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from bench.starting import ROOT, DidNotStartError
from bench.targets import OURS, Launch, Target

PROGRAM = Path(sys.executable).with_name("hitl-chat")
ENVIRONMENT = {"MOCK_KEY": "sk-test"}
RULES = ROOT / "examples" / "rules" / "retail.yaml"
COMMAND_WITHIN = 30.0
KEY = re.compile(r"\bhk_\w[\w-]+")
LINK = re.compile(r"https?://\S+")


def write_configuration(folder: Path, upstream: str, port: int, rules: str = "") -> Path:
    """The smallest configuration that serves the pretend model, with a whole rule pack."""
    lines = [
        f"listen: {{host: 127.0.0.1, port: {port}}}",
        f"data: {json.dumps(str(folder / 'data'))}",
        "limits: {person_rate: 10000}",  # the bench's one supervisor works faster than people do
        "models:",
        f'  "mock-*": {{kind: openai_compatible, base_url: "{upstream}", key_env: MOCK_KEY}}',
    ]
    file = folder / "rules.yaml"
    if rules:
        file.write_text(rules)
    lines.append(f"rules: {json.dumps(str(file if rules else RULES))}")
    file = folder / "hitl-chat.yaml"
    file.write_text("\n".join(lines) + "\n")
    return file


def said(*words: str) -> str:
    """What ``hitl-chat`` with these words prints."""
    if not PROGRAM.exists():
        raise DidNotStartError(f"no {PROGRAM.name!r} beside this Python: pip install -e . first")
    try:
        done = subprocess.run(
            (str(PROGRAM), *words),
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=os.environ | ENVIRONMENT,
            timeout=COMMAND_WITHIN,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DidNotStartError(f"'hitl-chat {words[0]}' took over {COMMAND_WITHIN:g} s") from None
    if done.returncode:
        why = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise DidNotStartError(f"'hitl-chat {' '.join(words[:2])}' failed: {why}")
    return done.stdout


def found(pattern: re.Pattern[str], *words: str) -> str:
    """What the pattern finds in what ``hitl-chat`` with these words prints."""
    match = pattern.search(said(*words))
    if not match:
        raise DidNotStartError(f"'hitl-chat {' '.join(words[:2])}' printed no {pattern.pattern!r}")
    return match[0]


def sign_in_link(folder: Path) -> str:
    """A link that signs a supervisor in, once, to the server that ``launch`` prepared."""
    file = str(folder / "hitl-chat.yaml")
    return found(LINK, "people", "add", "bench", "--role", "supervisor", "--config", file)


def launch(folder: Path, upstream: str, port: int, rules: str = "") -> Launch:
    """A server with an API key of its own."""
    file = str(write_configuration(folder, upstream, port, rules))
    key = found(KEY, "keys", "add", "--tenant", "bench", "--config", file)
    return Launch(
        Target(OURS, f"http://127.0.0.1:{port}/v1", key=key),
        (str(PROGRAM), "serve", "--config", file),
        ENVIRONMENT,
    )
