"""The one-off export of a model to ONNX, which onnxruntime then serves: needs torch.

Owns the form of an export: ids in, vectors of length 1 out, the files that decide on the vectors
beside it, and the digests of all of them. Must not know when an export is used.
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import torch

from hitl_chat.models.embeddings.fetch import note_digests
from hitl_chat.models.embeddings.onnx import IDS, OUTPUT, Onnx, to_int8
from hitl_chat.models.embeddings.resolve import BESIDE, ONNX, Quantisation, longest, refused
from hitl_chat.models.embeddings.sentence_transformers import General

Vectors = npt.NDArray[np.float32]

PROBES = ("My lantern arrived broken.", "Yes", "a text of some more words " * 9)
# Of the worst probe to the original: what is under it is another model.
CLOSE: dict[Quantisation, float] = {"fp32": 0.9999, "int8": 0.95}


class Pooled(torch.nn.Module):  # type: ignore[misc] # untyped where torch is not installed
    """What sentence-transformers does to one text, as one module: mean of the tokens, length 1."""

    def __init__(self, encoder: torch.nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        states = self.encoder(input_ids=ids, attention_mask=torch.ones_like(ids))
        return torch.nn.functional.normalize(states.last_hidden_state.mean(1), dim=1)


def export(source: Path, target: Path, quantisation: Quantisation) -> Path:
    """Writes the export and what it needs into `target`; returns the model's file."""
    target.mkdir(parents=True, exist_ok=True)
    made = target / ONNX[quantisation]
    general = General(source)
    with TemporaryDirectory(dir=target) as aside:
        plain = Path(aside) / "plain.onnx"
        _write(general, longest(source), plain)
        if quantisation == "int8":
            to_int8(plain, Path(aside) / "int8.onnx")
            plain = Path(aside) / "int8.onnx"
        exported = Onnx(plain.read_bytes(), source / "tokenizer.json", longest(source))
        _compare(exported(PROBES), general(PROBES), CLOSE[quantisation])
        plain.replace(made)
    for name in BESIDE:
        if (source / name).is_file():
            (target / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(source / name, target / name)
    note_digests(target, made.name, *BESIDE)
    return made


def _write(general: General, most: int, file: Path) -> None:
    encoder = general.encoder
    encoder.set_attn_implementation("eager")
    module = Pooled(encoder).eval()
    with torch.no_grad():
        program = torch.onnx.export(
            module,
            (torch.tensor([[101, 7592, 2088, 999, 102]]),),
            input_names=[IDS],
            output_names=[OUTPUT],
            dynamic_shapes=({1: torch.export.Dim("length", min=2, max=most)},),
            dynamo=True,
            verbose=False,
        )
    if program is None:
        raise refused("torch could not export this model.")
    for node in program.model.graph:  # where this program lay says nothing about the model
        node.metadata_props.clear()
    program.save(str(file), external_data=False)


def _compare(exported: Vectors, wanted: Vectors, close: float) -> None:
    worst = float(np.einsum("ij,ij->i", exported, wanted).min())
    if not worst >= close:
        msg = f"The export does not do what its model does (cosine {worst:.4f}, wanted {close})."
        raise refused(msg)
