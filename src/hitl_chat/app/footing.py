"""What scores rest on beside the rules: prompts, models, embeddings, libraries, this very program.

Each has a name and a digest, as far as it lies here; a certificate keeps them all. What a model's
provider changes behind an unchanged name, nobody here can see.
"""

from collections.abc import Iterable, Iterator
from hashlib import file_digest, sha256
from os.path import isfile
from pathlib import Path

import msgspec

from hitl_chat import __version__, assets
from hitl_chat.app.means import embedding_options
from hitl_chat.checks.registry import default as default_checks
from hitl_chat.checks.samples import PROMPT
from hitl_chat.rules.certificate import Certificate
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.settings import Settings


def footing(
    settings: Settings, ruleset: Ruleset, folder: Path, fused: Iterable[str]
) -> dict[str, str]:
    """`fused`: the checks that count in the risk; `folder`: beside the rules file."""
    found = {"hitl-chat": __version__, "rules": ruleset.substance}
    for text in sorted({PROMPT, *_texts(ruleset, fused)}):
        for prompts in (assets.prompts(), folder):  # one beside the rules goes before ours
            if isfile(prompts / f"{text}.j2"):
                found[f"prompt {text!r}"] = _sha(prompts / f"{text}.j2")
        if isfile(folder / text):
            found[f"file {text!r}"] = _sha(folder / text)
    for name, about in settings.models.items():
        found[f"model {name!r}"] = _digest((about.kind, about.base_url, about.model))
    vectors = embedding_options(settings)
    kind = (vectors.model, vectors.kind, vectors.quantisation, vectors.digest)
    found["embeddings"] = _digest(kind)
    return found


def _texts(ruleset: Ruleset, fused: Iterable[str]) -> Iterator[str]:
    """All texts in the options of these checks: some name prompts, libraries, weights.

    A check that the rules do not name yet will come as it is.
    """
    known = default_checks().asynchronous
    for name in fused:
        options = ruleset.options.get(name)
        if options is None and name in known:
            options = known[name].model_validate({})
        for value in vars(options).values() if options is not None else ():
            values = value if isinstance(value, list | tuple) else (value,)
            yield from (text for text in values if isinstance(text, str) and text)


def _sha(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _digest(about: object) -> str:
    return sha256(msgspec.json.encode(about)).hexdigest()


def void(certificate: Certificate, settings: Settings, ruleset: Ruleset, folder: Path) -> str:
    """Why it says nothing about these rules; "" while it does, for all that can be seen here."""
    now = footing(settings, ruleset, folder, certificate.fusion.weights)
    return certificate.changed(now) or certificate.unfit(ruleset)
