"""MiniLM with numpy alone: vectors of a small BERT without torch, one text at a time.

Exactly what sentence-transformers computes (a test compares them): embed, attend, pool by the
mean, scale to length 1. Knows files of weights and of tokens, and nothing of where they lie.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load
from threadpoolctl import threadpool_limits
from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]
HALF, ONE = np.float32(0.5), np.float32(1)
# Abramowitz and Stegun 7.1.26: the error function to 1.5e-7, highest power first.
ERF = tuple(map(np.float32, (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)))


class Dense(NamedTuple):
    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        y: Floats = x @ self.weight
        y += self.bias
        return y


class Norm(NamedTuple):
    weight: Floats
    bias: Floats
    epsilon: np.float32

    def __call__(self, x: Floats) -> Floats:
        x -= x.mean(-1, keepdims=True)
        x /= np.sqrt(np.square(x).mean(-1, keepdims=True) + self.epsilon)
        x *= self.weight
        x += self.bias
        return x


class Layer(NamedTuple):
    """One block: queries, keys and values side by side in one product."""

    attend: Dense
    merge: Dense
    after_attention: Norm
    widen: Dense
    narrow: Dense
    after: Norm

    def __call__(self, x: Floats, heads: int) -> Floats:
        x = self.after_attention(x + self.merge(self._attention(x, heads)))
        return self.after(x + self.narrow(gelu(self.widen(x))))

    def _attention(self, x: Floats, heads: int) -> Floats:
        length, width = x.shape
        parts = self.attend(x).reshape(length, 3, heads, width // heads).transpose(1, 2, 0, 3)
        queries, keys, values = parts
        weights: Floats = queries @ keys.transpose(0, 2, 1)
        weights -= weights.max(-1, keepdims=True)
        np.exp(weights, out=weights)
        np.divide(weights, weights.sum(-1, keepdims=True), out=weights)
        mixed: Floats = (weights @ values).transpose(1, 0, 2).reshape(length, width)
        return mixed


def gelu(x: Floats) -> Floats:
    z = np.abs(x) * np.float32(1 / sqrt(2))
    t = np.reciprocal(ONE + np.float32(0.3275911) * z)
    poly: Floats = np.full_like(t, ERF[0])
    for factor in ERF[1:]:
        poly *= t
        poly += factor
    poly *= t
    np.multiply(z, -z, out=z)
    poly *= np.exp(z, out=z)
    erf: Floats = np.copysign(ONE - poly, x)
    erf += ONE
    erf *= x
    erf *= HALF
    return erf


class MiniLM:
    """Built from the weights' bytes, so that what was checked is what is used."""

    def __init__(
        self, content: bytes, tokens: Path, longest: int, heads: int, epsilon: float
    ) -> None:
        # One thread: more of them wait for each other longer than they compute, and for the loop.
        threadpool_limits(1, "blas")
        weights = load(content)
        self._tokens = Tokenizer.from_file(str(tokens))
        self._tokens.enable_truncation(longest)
        self._tokens.no_padding()
        self._heads = heads
        first = "embeddings."
        self._words = weights[f"{first}word_embeddings.weight"]
        kinds = weights[f"{first}token_type_embeddings.weight"]
        self._places = weights[f"{first}position_embeddings.weight"] + kinds[0]
        self._norm = _norm(weights, f"{first}LayerNorm", epsilon)
        count = len({name.split(".")[2] for name in weights if name.startswith("encoder.layer.")})
        self._layers = [
            _layer(weights, f"encoder.layer.{each}.", heads, epsilon) for each in range(count)
        ]

    def __call__(self, texts: Sequence[str]) -> Floats:
        return np.stack([self._one(text) for text in texts])

    def _one(self, text: str) -> Floats:
        ids = self._tokens.encode(text).ids
        x = self._norm(self._words[ids] + self._places[: len(ids)])
        for layer in self._layers:
            x = layer(x, self._heads)
        pooled: Floats = x.mean(0)
        pooled /= np.linalg.norm(pooled)
        return pooled


def _layer(weights: Mapping[str, Floats], at: str, heads: int, epsilon: float) -> Layer:
    own = [_dense(weights, f"{at}attention.self.{part}") for part in ("query", "key", "value")]
    # Queries are scaled here, once, not in every text.
    scale = np.float32(1 / sqrt(own[0].bias.size / heads))
    own[0] = Dense(own[0].weight * scale, own[0].bias * scale)
    attend = Dense(
        np.ascontiguousarray(np.concatenate([each.weight for each in own], axis=1)),
        np.concatenate([each.bias for each in own]),
    )
    return Layer(
        attend,
        _dense(weights, f"{at}attention.output.dense"),
        _norm(weights, f"{at}attention.output.LayerNorm", epsilon),
        _dense(weights, f"{at}intermediate.dense"),
        _dense(weights, f"{at}output.dense"),
        _norm(weights, f"{at}output.LayerNorm", epsilon),
    )


def _dense(weights: Mapping[str, Floats], name: str) -> Dense:
    return Dense(np.ascontiguousarray(weights[f"{name}.weight"].T), weights[f"{name}.bias"])


def _norm(weights: Mapping[str, Floats], name: str, epsilon: float) -> Norm:
    return Norm(weights[f"{name}.weight"], weights[f"{name}.bias"], np.float32(epsilon))
