"""hitl-chat models: which models are configured, and the files of the one that makes embeddings.

`list` shows what was found where; `fetch` gets it, `export` writes it as ONNX, which is faster.
"""

from argparse import Namespace
from collections.abc import Iterator
from importlib.util import find_spec

from msgspec.structs import replace

from hitl_chat.app.means import embedding_options
from hitl_chat.cli.config import load
from hitl_chat.cli.findings import Finding
from hitl_chat.cli.out import note, say
from hitl_chat.errors import Unavailable
from hitl_chat.models.embeddings import fetch, resolve
from hitl_chat.models.embeddings.resolve import Found, Options
from hitl_chat.settings import Settings


def run(arguments: Namespace) -> int:
    settings = load(arguments.config)
    options = _options(settings, arguments)
    match arguments.do:
        case "fetch":
            note(f"fetched: {str(fetch.fetch(options))!r}")
        case "export":
            return _export(options)
        case _:
            _chat_models(settings)
    return _listed(options)


def _options(settings: Settings, arguments: Namespace) -> Options:
    options = embedding_options(settings)
    if arguments.model and arguments.model != options.model:
        # What is set about the configured model says nothing about another one.
        options = replace(options, model=arguments.model, path=None, digest="")
    if arguments.quantisation:
        options = replace(options, quantisation=arguments.quantisation)
    return options


def _chat_models(settings: Settings) -> None:
    for name, model in settings.models.items():
        say(f"chat  {name}  {model.kind}" + (f"  {model.base_url}" if model.base_url else ""))


def _listed(options: Options) -> int:
    """Every kind that there is files for, the one in use first."""
    try:
        used = resolve.find(options)
    except Unavailable as problem:
        say(f"embeddings  {options.model}  none")
        note(problem.message)
        return 1
    say(f"embeddings  {_told(used)}  in use")
    for other in _others(options, used):
        say(f"embeddings  {_told(other)}")
    return 0


def _others(options: Options, used: Found) -> Iterator[Found]:
    for kind in ("onnx", "light", "sentence_transformers"):
        for quantisation in resolve.ONNX if kind == "onnx" else ("fp32",):
            try:
                found = resolve.find(replace(options, kind=kind, quantisation=quantisation))
            except Unavailable:
                continue  # it is not here
            if found != used:
                yield found


def _told(found: Found) -> str:
    return (
        f"{found.model}  {found.kind} {found.quantisation}  sha256 {found.sha256}  "
        f"{found.origin} {str(found.file)!r}"
    )


def _export(options: Options) -> int:
    if lacking := [name for name in ("torch", "onnxscript") if find_spec(name) is None]:
        note(f"an export needs {' and '.join(lacking)}: {resolve.INSTALL}")
        return 2
    from hitl_chat.models.embeddings import export

    source = resolve.find(replace(options, kind="sentence_transformers", quantisation="fp32"))
    target = resolve.slot(options.store, options.model)
    file = export.export(source.folder, target, options.quantisation)
    note(f"exported: {str(file)!r}")
    # It lies beside what was fetched; a configured folder is not written to.
    exported = replace(options, kind="onnx", path=None, digest="")
    return _listed(exported)


def findings(settings: Settings, *, wanted: bool) -> Iterator[Finding]:
    """What `doctor` says; `wanted`: a check of the rules needs embeddings."""
    try:
        found = resolve.find(embedding_options(settings))
    except Unavailable as problem:
        told = "the rules need them" if wanted else "no rule needs them so far"
        yield Finding("bad" if wanted else "warn", "embeddings", f"none; {told}", problem.message)
        return
    what = f"{found.model}, {found.kind} {found.quantisation}, sha256 {found.sha256[:12]}"
    yield Finding("ok", "embeddings", f"{what}, from the {found.origin} {str(found.folder)!r}")
