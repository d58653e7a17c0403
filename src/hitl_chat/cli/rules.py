"""hitl-chat check: a rules file, looked at without a server."""

from argparse import Namespace
from pathlib import Path

from hitl_chat import assets
from hitl_chat.checks.means import Nothing
from hitl_chat.checks.registry import default as default_checks
from hitl_chat.cli.certified import standing
from hitl_chat.cli.config import load
from hitl_chat.cli.out import note, say
from hitl_chat.errors import ConfigError
from hitl_chat.models.rendering import Rendering
from hitl_chat.prompt_ports import Prompts
from hitl_chat.rules.explain import check as findings


class Readable(Nothing):
    """Nothing can be asked here, but prompts can be read: a bad one is a mistake."""

    def __init__(self, folder: Path) -> None:
        self._prompts = Rendering(folder, assets.prompts())

    @property
    def prompts(self) -> Prompts:
        return self._prompts


def check(arguments: Namespace) -> int:
    file = _file(arguments.file, arguments.config)
    found = findings(file, default_checks(means=Readable(file.parent)))
    for finding in found:
        say(str(finding))
    wrong = [finding for finding in found if finding.level == "error"]
    if not wrong and (said := standing(file, lambda: load(arguments.config))):
        say(f"{file}: {said}")
    note(f"{str(file)!r}: " + (f"{len(wrong)} errors" if wrong else "right"))
    return 1 if wrong else 0


def _file(named: str | None, config: str | None) -> Path:
    file = named or load(config).rules
    if not file:
        msg = "no rules file: name one, or set 'rules' in the settings"
        raise ConfigError(msg)
    return Path(file)
