"""The configured models, by name or pattern: which one answers, and what it is called upstream."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from hitl_chat.errors import NotFound
from hitl_chat.ports import Model

MAGIC = frozenset("*?[")


class Catalogue:
    def __init__(self, models: Mapping[str, Model]) -> None:
        self._exact = {name: model for name, model in models.items() if not MAGIC & set(name)}
        self._patterns = [(name, model) for name, model in models.items() if MAGIC & set(name)]
        self._found: dict[str, tuple[str, Model]] = {}

    def names(self) -> list[str]:
        """What /v1/models lists: a pattern is no model."""
        return sorted(self._exact)

    def find(self, name: str) -> Model:
        """The exact name wins, then the first pattern in the order of the configuration."""
        return self._configured(name)[1]

    def configured(self, name: str) -> str:
        """What the settings call the model that answers to this name."""
        return self._configured(name)[0]

    def _configured(self, name: str) -> tuple[str, Model]:
        if (model := self._exact.get(name)) is not None:
            return name, model
        if (known := self._found.get(name)) is not None:
            return known
        for candidate in self._patterns:
            if fnmatchcase(name, candidate[0]):
                if len(self._found) < 1000:
                    self._found[name] = candidate
                return candidate
        there = ", ".join([*self.names(), *(p for p, _ in self._patterns)]) or "none"
        msg = f"The model {name[:100]!r} is not configured here; configured are: {there}."
        raise NotFound(msg, code="model_not_found", param="model")

    async def close(self) -> None:
        for model in {
            id(m): m for m in (*self._exact.values(), *dict(self._patterns).values())
        }.values():
            await model.close()
