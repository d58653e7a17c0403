"""Which model is used, and that it is the right one: configured folder, package, fetched."""

import hashlib
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from hitl_chat.errors import Unavailable
from hitl_chat.models.embeddings import resolve
from hitl_chat.models.embeddings.fetch import note_digests
from hitl_chat.models.embeddings.resolve import KNOWN, MINILM, Known, Options
from tests.models.embeddings.conftest import write_model


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package of weights that must not be run."""
    root = tmp_path / "installed"
    model = write_model(root / "made_up_weights" / "model", "packaged")
    (root / "made_up_weights" / "__init__.py").write_text("raise SystemExit('it was run')")
    digests = {"model.safetensors": sha("packaged"), "tokenizer.json": sha("{}")}
    known = Known("made_up_weights", "made-up==1", "", digests)
    monkeypatch.syspath_prepend(str(root))
    monkeypatch.setattr(resolve, "KNOWN", {"mini": known})
    return model


def fetched(options: Options, weights: str = "fetched") -> Path:
    place = write_model(resolve.slot(options.store, options.model), weights)
    note_digests(place, "model.safetensors", "tokenizer.json")
    return place


def test_the_configured_folder_comes_first(local: Options, packaged: Path) -> None:
    fetched(local, "packaged")
    options = replace(local, model="own")
    assert resolve.find(options).origin == "local path"


def test_then_the_package_whose_code_is_not_run(local: Options, packaged: Path) -> None:
    fetched(local, "packaged")
    found = resolve.find(replace(local, path=None))
    assert (found.origin, found.folder) == ("package", packaged)


def test_then_what_was_fetched(local: Options) -> None:
    place = fetched(local)
    found = resolve.find(replace(local, path=None))
    assert (found.origin, found.folder) == ("data folder", place)


def test_a_configured_folder_without_a_model_is_no_reason_to_take_another(
    local: Options, packaged: Path, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable, match=r"embeddings\.path must name a folder") as refused:
        resolve.find(replace(local, path=tmp_path / "nowhere"))
    assert str(tmp_path / "nowhere") in refused.value.message


def test_no_model_says_where_was_looked_and_what_to_do(local: Options) -> None:
    with pytest.raises(Unavailable, match="hitl-chat models fetch") as refused:
        resolve.find(replace(local, path=None))
    assert str(local.store) in refused.value.message
    assert refused.value.code == "no_embeddings"


# --- digests ----------------------------------------------------------------------------------


def wrong(options: Options) -> str:
    with pytest.raises(Unavailable) as refused:
        resolve.find(options)
    assert refused.value.code == "wrong_digest"
    return refused.value.message


def test_a_package_with_other_weights_is_refused(local: Options, packaged: Path) -> None:
    (packaged / "model.safetensors").write_text("exchanged")
    told = wrong(replace(local, path=None))
    assert sha("exchanged") in told
    assert sha("packaged") in told
    assert "Fetch it again" in told


def test_a_package_with_another_tokenizer_is_refused(local: Options, packaged: Path) -> None:
    (packaged / "tokenizer.json").write_text("[]")
    assert "tokenizer.json" in wrong(replace(local, path=None))


def test_what_was_fetched_must_be_what_came(local: Options) -> None:
    (fetched(local) / "model.safetensors").write_text("exchanged")
    assert "model.safetensors" in wrong(replace(local, path=None))


def test_what_lies_there_unfetched_is_not_believed(local: Options) -> None:
    write_model(resolve.slot(local.store, local.model))
    with pytest.raises(Unavailable, match=r"no known digest: fetch it again"):
        resolve.find(replace(local, path=None))


def test_a_configured_digest_must_be_met(local: Options) -> None:
    assert resolve.find(replace(local, digest=sha("weights"))).sha256 == sha("weights")
    assert sha("weights") in wrong(replace(local, digest=sha("others")))


def test_a_known_name_does_not_cover_other_weights(local: Options) -> None:
    assert KNOWN[MINILM].digests["model.safetensors"] in wrong(replace(local, model=MINILM))
    meant = replace(local, model=MINILM, digest=sha("weights"))
    assert "tokenizer.json" in wrong(meant)


def test_broken_digests_are_no_digests(local: Options) -> None:
    (fetched(local) / "digests.json").write_text("{")
    with pytest.raises(Unavailable, match=r"digests\.json"):
        resolve.find(replace(local, path=None))


# --- keys -------------------------------------------------------------------------------------


def test_the_key_holds_model_digest_and_quantisation(local: Options) -> None:
    key = resolve.find(local).key
    assert key.startswith(f"mini fp32 {sha('weights')} ")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("model.safetensors", "other weights"),
        ("tokenizer.json", "[]"),
        ("sentence_bert_config.json", '{"max_seq_length": 128}'),
    ],
)
def test_whatever_changes_vectors_changes_the_key(
    local: Options, folder: Path, file: str, content: str
) -> None:
    before = resolve.find(local).key
    (folder / file).write_text(content)
    assert resolve.find(local).key != before


def test_names_and_quantisations_have_keys_of_their_own(
    local: Options, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolve, "NEEDS", dict.fromkeys(resolve.NEEDS, ()))
    for file in resolve.ONNX.values():
        (folder / file).write_text("the same bytes")
    options = [
        replace(local, kind="onnx"),
        replace(local, kind="onnx", quantisation="int8"),
        replace(local, kind="onnx", model="other"),
        replace(local, kind="light"),
    ]
    assert len({resolve.find(each).key for each in options}) == len(options)


def test_the_kind_alone_is_no_part_of_it(local: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    """The light path makes the vectors of sentence-transformers: test_parity.py compares them."""
    monkeypatch.setattr(resolve, "NEEDS", dict.fromkeys(resolve.NEEDS, ()))
    light = resolve.find(replace(local, kind="light"))
    assert resolve.find(replace(local, kind="sentence_transformers")).key == light.key


# --- kinds ------------------------------------------------------------------------------------


def test_an_export_is_preferred_and_the_light_path_to_torch(
    local: Options, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolve, "NEEDS", dict.fromkeys(resolve.NEEDS, ()))
    assert resolve.find(local).kind == "light"
    (folder / "model.onnx").write_text("an export")
    assert resolve.find(local).kind == "onnx"


def test_an_export_without_onnxruntime_is_passed_over(
    local: Options, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolve, "NEEDS", {**resolve.NEEDS, "onnx": ("no_such_library",)})
    (folder / "model.onnx").write_text("an export")
    assert resolve.find(local).kind == "light"
    with pytest.raises(Unavailable, match="needs no_such_library: pip install"):
        resolve.find(replace(local, kind="onnx"))


@pytest.mark.parametrize("quantisation", ["int8", "fp32"])
def test_a_missing_export_says_how_to_make_it(local: Options, quantisation: str) -> None:
    options = replace(local, kind="onnx", quantisation=quantisation)
    with pytest.raises(Unavailable, match=f"models export --quantisation {quantisation}"):
        resolve.find(options)


def test_int8_is_never_answered_with_fp32(local: Options) -> None:
    with pytest.raises(Unavailable, match="models export --quantisation int8"):
        resolve.find(replace(local, quantisation="int8"))


@pytest.mark.parametrize(
    ("config", "told"),
    [({"model_type": "mpnet"}, "model_type 'mpnet'"), ({"hidden_act": "silu"}, "hidden_act")],
)
def test_another_architecture_is_not_for_the_light_path(
    local: Options, tmp_path: Path, config: dict[str, str], told: str
) -> None:
    other = write_model(tmp_path / "other", **config)
    with pytest.raises(Unavailable, match=f"models like MiniLM, not {told}"):
        resolve.find(replace(local, path=other, kind="light"))


def test_neither_is_another_pooling(local: Options, folder: Path) -> None:
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    with pytest.raises(Unavailable, match="no mean pooling"):
        resolve.find(replace(local, kind="light"))


def test_how_much_of_a_text_counts_is_the_model_s_word(folder: Path) -> None:
    assert resolve.longest(folder) == 256
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 128}')
    assert resolve.longest(folder) == 128
