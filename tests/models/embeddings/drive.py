"""Runs in the `embeddings` environment: vectors of the texts by one kind, into a file.

`python -m tests.models.embeddings.drive KIND QUANTISATION STORE FILE COUNT`
"""

import sys
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from hitl_chat.models.embeddings import export, resolve
from hitl_chat.models.embeddings.loading import load
from tests.models.embeddings.texts import texts


def main(kind: str, quantisation: str, store: str, file: str, count: str) -> None:
    general = resolve.Options(store=Path(store), kind="sentence_transformers")
    options = replace(general, kind=kind, quantisation=quantisation)
    if kind == "onnx":
        source = resolve.find(general).folder
        export.export(source, resolve.slot(options.store, options.model), options.quantisation)
    np.save(file, load(resolve.find(options))(texts(int(count))))


if __name__ == "__main__":
    main(*sys.argv[1:])
