"""MiniLM without torch: the vectors mean something, and each text's are its own."""

from pathlib import Path

import numpy as np
import pytest

from hitl_chat.models.embeddings import Embeddings
from hitl_chat.models.embeddings.minilm import gelu
from tests.models.embeddings.texts import ODD
from tests.quality.project import run

OFFLINE = """
import asyncio, socket, sys
from pathlib import Path

def refused(*_):
    raise SystemExit("it wanted a network")

socket.socket.connect = socket.getaddrinfo = refused
from hitl_chat.models.embeddings import Embeddings
from hitl_chat.models.embeddings.resolve import Options

async def main():
    embeddings = Embeddings(Options(store=Path(sys.argv[1]), kind="light"))
    print(*(await embeddings.embed(["a text"])).shape)
    embeddings.close()

asyncio.run(main())
heavy = "torch", "sentence_transformers", "onnxruntime"
print(*(name for name in heavy if name in sys.modules))
"""
SAME = ("My parcel has not arrived yet.", "I'm still waiting for my package to be delivered.")
OTHER = "The recipe needs two eggs."


async def test_what_means_the_same_is_near(minilm: Embeddings) -> None:
    one, same, other = await minilm.embed([*SAME, OTHER])
    assert one @ same > 0.6
    assert one @ other < 0.2
    minilm.close()


async def test_vectors_have_length_one_even_of_odd_texts(minilm: Embeddings) -> None:
    found = await minilm.embed(ODD)
    assert found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    minilm.close()


async def test_a_text_s_vector_does_not_depend_on_its_company(
    minilm: Embeddings, weights: object
) -> None:
    together = await minilm.embed([*SAME, OTHER])
    fresh = Embeddings(minilm._options)
    assert np.array_equal(await fresh.embed([OTHER]), together[2:])
    minilm.close()
    fresh.close()


async def test_only_the_beginning_of_a_long_text_counts(minilm: Embeddings) -> None:
    words = "word " * 300
    one, other = await minilm.embed([words + "end", words + "another ending"])
    assert np.array_equal(one, other)
    minilm.close()


@pytest.mark.usefixtures("weights")
def test_it_needs_neither_network_nor_torch(tmp_path: Path) -> None:
    done = run("python", "-c", OFFLINE, str(tmp_path))
    assert (done.returncode, done.stdout.split()) == (0, ["1", "384"]), done.stdout


def test_the_activation_is_gelu() -> None:
    at = np.array([-4.0, -1.0, 0.0, 1.0, 4.0], dtype=np.float32)
    true = [-0.00012668, -0.15865525, 0.0, 0.84134475, 3.99987332]  # x/2 (1 + erf(x/√2))
    assert np.allclose(gelu(at), true, atol=1e-6)
