"""The stop switch at work on a turn: hold everything, block everything, pass everything."""

from msgspec.structs import replace

from hitl_chat.core.policy import FALLBACK, Policy, Rule, Terms, Test, policy_of
from hitl_chat.core.stopping import ANY_END
from hitl_chat.core.types import STOPPED
from hitl_chat.ports import ModelCall, Take
from hitl_chat.rules.facts import Compiled
from hitl_chat.store.stops import Mode

ALWAYS = Test(ANY_END, 1.0)
TERMS = Terms(on_no_agent="wait")
HOLD = Rule(STOPPED, ALWAYS, strictness="answer", terms=TERMS)
INSTEAD = Terms(fallback_after_text=f"\n\n{FALLBACK}")  # what was read may end anywhere
BLOCK = Rule(STOPPED, ALWAYS, then="block", strictness="answer", terms=INSTEAD)
RULES: dict[Mode, Rule] = {"hold": HOLD, "block": BLOCK}


class Silent:
    """The model that is not asked: it says nothing."""

    async def answer(self, call: ModelCall, take: Take) -> None:
        """Over before it began."""

    def called(self, name: str) -> str:
        return name

    async def close(self) -> None: ...


def overflowing(text: str, version: str) -> Compiled:
    """More at once than is allowed: the model is not asked, and the customer reads this."""
    full = replace(BLOCK, name="overflow", terms=Terms(fallback=text))
    return Compiled(policy_of([full], version=version))


def under(mode: str, compiled: Compiled) -> Compiled:
    policy = compiled.policy
    match mode:
        case "hold":
            rules = (HOLD, *policy.rules)
            stricter = policy_of(
                rules,
                request=policy.request,
                segment=policy.segment,
                whole=policy.whole,
                beside=policy.beside,
                costly=policy.costly,
                fusion=policy.fusion,
                version=policy.version,
                default=policy.default,
            )
            return replace(compiled, policy=stricter)
        case "block":
            return Compiled(policy_of([BLOCK], version=policy.version))
        case "pass":
            return Compiled(Policy(version=policy.version))
        case _:
            return compiled
