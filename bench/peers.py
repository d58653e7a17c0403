"""Other gateways the bench can start when asked with ``--peer``, each from its own folder.

Owns their command lines and configuration. They are installed by whoever wants to compare:
bench/README.md says how. Nothing of theirs is a dependency of this project.
"""

from collections.abc import Callable
from pathlib import Path

from bench.starting import ROOT, DidNotStartError
from bench.targets import Launch, Target

FOLDER = ROOT / "build" / "peers"

_LITELLM = """\
model_list:
  - model_name: "mock-*"
    litellm_params: {{model: "openai/mock-*", api_base: "{upstream}", api_key: sk-test}}
general_settings: {{master_key: sk-test}}
"""


def litellm(home: Path, folder: Path, upstream: str, port: int) -> Launch:
    file = folder / "litellm.yaml"
    file.write_text(_LITELLM.format(upstream=upstream))
    return Launch(
        Target("litellm", f"http://127.0.0.1:{port}/v1"),
        (
            *(str(home / "bin" / "litellm"), "--config", str(file)),
            *("--host", "127.0.0.1", "--port", str(port), "--num_workers", "1"),
        ),
        {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"},
        patience=60.0,
    )


def portkey(home: Path, folder: Path, upstream: str, port: int) -> Launch:
    headers = {"x-portkey-provider": "openai", "x-portkey-custom-host": upstream}
    return Launch(
        Target("portkey", f"http://127.0.0.1:{port}/v1", headers=headers),
        (str(home / "node_modules" / ".bin" / "gateway"), f"--port={port}", "--headless"),
        {"TRUSTED_CUSTOM_HOSTS": "127.0.0.1,localhost"},
    )


PEERS: dict[str, Callable[[Path, Path, str, int], Launch]] = {
    "litellm": litellm,
    "portkey": portkey,
}


def launch(name: str, folder: Path, upstream: str, port: int) -> Launch:
    """``name`` or ``name=folder``, where the folder is the peer's own venv or node folder."""
    label, _, where = name.partition("=")
    if label not in PEERS:
        raise DidNotStartError(f"unknown peer {label!r}: known are {', '.join(PEERS)}; or --target")
    home = Path(where).resolve() if where else FOLDER / label
    found = PEERS[label](home, folder, upstream, port)
    if not Path(found.command[0]).exists():
        raise DidNotStartError(f"not installed in {home.name!r}: see 'Peers' in bench/README.md")
    return found
