"""Where prompts/, examples/ and the built console lie: in a wheel, or in an editable checkout.

Must not know what is in them, nor who serves them.
"""

from pathlib import Path

from hitl_chat.errors import ConfigError

PACKAGE = Path(__file__).parent


def prompts(package: Path = PACKAGE) -> Path:
    """The folder of the Jinja2 prompts."""
    folder = _folder(package, packaged="prompts", checkout="prompts")
    if not folder.is_dir():
        raise ConfigError(f"no prompts at {str(folder)!r}: this install is broken, reinstall it")
    return folder


def examples(package: Path = PACKAGE) -> Path:
    """The folder of the examples: rule packs, clients, deployments."""
    folder = _folder(package, packaged="examples", checkout="examples")
    if not folder.is_dir():
        raise ConfigError(f"no examples at {str(folder)!r}: this install is broken, reinstall it")
    return folder


def console(package: Path = PACKAGE) -> Path:
    """The folder of the built console; a headless install (HITL_CHAT_CONSOLE=skip) has none."""
    folder = _folder(package, packaged="console", checkout="web/dist")
    if not (folder / "index.html").is_file():
        raise ConfigError(
            f"no console at {str(folder)!r}: reinstall with HITL_CHAT_CONSOLE unset, or in a "
            "checkout run 'deno task build' in web/"
        )
    return folder


def _folder(package: Path, *, packaged: str, checkout: str) -> Path:
    inside = package / packaged
    return inside if inside.is_dir() else package.parents[1] / checkout
