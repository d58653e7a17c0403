"""Makes a tiny cross-encoder and has `examples/entailment_plugin` read pairs with it.

Run in the embeddings environment: `python -m tests.models.embeddings.drive_entailment FOLDER`. Its
model contradicts where the word `never` is read, and entails elsewhere.
"""

import json
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from hitl_chat.errors import Unavailable

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "examples/entailment_plugin/src"))
WORDS = {"[UNK]": 0, "[SEP]": 1, "it": 2, "dries": 3, "never": 4}


def write(folder: Path) -> None:
    folder.mkdir()
    labels = {"0": "CONTRADICTION", "1": "ENTAILMENT", "2": "NEUTRAL"}
    (folder / "config.json").write_text(json.dumps({"id2label": labels}))
    tokens = Tokenizer(models.WordLevel(WORDS, unk_token="[UNK]"))
    tokens.pre_tokenizer = pre_tokenizers.Whitespace()
    tokens.post_processor = processors.TemplateProcessing(
        single="$A", pair="$A [SEP] $B", special_tokens=[("[SEP]", 1)]
    )
    tokens.save(str(folder / "tokenizer.json"))
    rows = np.zeros((len(WORDS), 3), dtype=np.float32)
    rows[WORDS["never"]] = [9, 0, 0]
    rows[WORDS["dries"]] = [0, 1, 0]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["each"]),
        helper.make_node("ReduceSum", ["each", "axes"], ["logits"], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["one", "length"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["one", 3])],
        [
            numpy_helper.from_array(rows, "table"),
            numpy_helper.from_array(np.array([1], dtype=np.int64), "axes"),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    save(made, folder / "model.onnx")


def main(folder: Path) -> None:
    encoder = import_module("entailment.cross_encoder").CrossEncoder
    write(folder / "nli")
    reads = encoder(folder / "nli")
    told: dict[str, object] = {
        "same": reads.contradicts("it dries", "it dries"),
        "opposite": reads.contradicts("it dries", "it never dries"),
        "version": reads.version,
    }
    (folder / "empty").mkdir()
    try:
        encoder(folder / "empty")
    except Unavailable as error:
        told["missing"] = error.message
    print(json.dumps(told))  # noqa: T201 (read by the test)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
