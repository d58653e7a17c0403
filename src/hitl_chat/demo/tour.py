"""`hitl-chat demo --tour`: every scene played by real clients, proven, with an exit code."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from hitl_chat.core.fields import CONTENT
from hitl_chat.demo.agent import Agent
from hitl_chat.demo.customer import Customer
from hitl_chat.demo.place import Place, links
from hitl_chat.demo.stage import KNOWN, SAFE, SCENES, Scene
from hitl_chat.models.scripted.shop import moss_and_lantern

Tell = Callable[[str], None]


class Tour:
    def __init__(self, place: Place, tell: Tell) -> None:
        self._place, self._tell = place, tell
        self.decided = 0
        self.leaked = 0
        self.wrong: list[str] = []

    async def play(self) -> None:
        invitations = await links(self._place)
        base = self._place.base
        async with Agent(base, invitations["Ana"]) as ana, Agent(base, invitations["Ben"]) as ben:
            for scene in SCENES:
                await self._scene(scene, ana, ben)
            for number, question in enumerate(SAFE):
                await self._safe(number, question)

    async def _scene(self, scene: Scene, ana: Agent, ben: Agent) -> None:
        place = self._place
        customer = Customer(place.base, place.key, scene)
        customer.ask()
        hold = await ana.held(scene.conversation)
        sent = _content((await ana.card(hold["id"]))["sent"])
        self._read(customer, sent)
        await ana.whole(hold["id"])
        self._read(customer, sent)
        decided = await self._decide(scene, ana, hold["id"])
        if scene.second:
            self._read(customer, sent)
            await self._second(ben, hold["id"])
        answer = await customer.answer()
        if decided is None:
            decided = (await customer.decided(hold["id"])).removeprefix(sent)
        self._read(customer, sent + decided, decided=True)
        reasons = ana.holds[hold["id"]]["reasons"]
        rules = {reason["rule"] for reason in reasons}
        if missing := self._expected(scene) - rules:
            self.wrong.append(f"{scene.number}: held by {sorted(rules)}, not by {sorted(missing)}")
        if customer.calls != "".join(scene.texts.values()):
            self.wrong.append(
                f"{scene.number}: {customer.calls!r} is not the call that was decided"
            )
        if answer != sent + decided:
            self.wrong.append(f"{scene.number}: {answer!r} is not what was sent and decided")
        self.decided += 1
        reasons.sort(key=lambda reason: reason["rule"] not in scene.rules[:1])
        why = _short("; ".join(dict.fromkeys(map(_why, reasons))))
        self._tell(f"  {scene.number:>2} {scene.title:<44} {scene.deed:<9} {why}")

    def _expected(self, scene: Scene) -> set[str]:
        return set(scene.rules) - (set() if self._place.remembers else {KNOWN})

    def _read(self, customer: Customer, may: str, *, decided: bool = False) -> None:
        """Whatever was read beyond what may be read by now has leaked."""
        for text in (*customer.broken, customer.text):
            self.leaked += 0 if may.startswith(text) else _beyond(text, may)
        if not decided:
            self.leaked += len(customer.calls)

    async def _decide(self, scene: Scene, ana: Agent, ident: str) -> str | None:
        """What follows what was sent; None: that is for the rule to say."""
        hold = await ana.whole(ident)
        decide = {"do": "decide", "hold": ident, "version": hold["version"], "undo": 0}
        if scene.deed == "approve":
            card = await ana.card(ident)
            await ana.do(**decide, action="approve", draft_sha256=card["draft_sha256"])
            return _content(card["pending"])
        if scene.deed == "edit":
            text = {"texts": scene.texts} if scene.texts else {"text": scene.text}
            await ana.do(**decide, action="edit", **text)
            return scene.text
        if scene.deed == "take_over":
            said = (scene.text, *scene.more)
            await self._talk(scene, ana, decide)
            begun = "\n\n" if _content((await ana.card(ident))["sent"]) else ""
            return begun + "\n\n".join(said)
        await ana.do(**decide, action=scene.deed)
        return None

    async def _second(self, ben: Agent, ident: str) -> None:
        """Somebody else reads what would be sent, once the checks have, and confirms it."""
        await ben.checked(ident)
        seen = (await ben.card(ident))["proposed_sha256"]
        await ben.do(do="second", hold=ident, agree=True, text_sha256=seen)

    async def _talk(self, scene: Scene, ana: Agent, decide: dict[str, object]) -> None:
        await ana.do(**decide, action="take_over")
        talk = await ana.do(do="take_over", conversation=scene.conversation)
        here = {"conversation": scene.conversation, "epoch": talk["epoch"]}
        for text in (scene.text, *scene.more):
            await ana.do(do="say", **here, text=text)
        await ana.do(do="hand_back", **here, note="A new charger leaves today.")

    async def _safe(self, number: int, question: str) -> None:
        place = self._place
        safe = Scene(f"safe-{number}", "", question, (), "approve")
        customer = Customer(place.base, place.key, safe)
        answer = await customer.answer()
        if any(customer.states):
            self.wrong.append(f"{question!r} was held")
        if answer != moss_and_lantern().answer(question).say:
            self.wrong.append(f"{question!r} was answered {answer!r}, not as the model did")
        self._tell(f"   - {question:<44} {'passed':<9} {_short(answer)}")


def _content(texts: Mapping[str, str]) -> str:
    return texts.get(CONTENT, "")


def _beyond(text: str, may: str) -> int:
    same = (at for at, (is_, should) in enumerate(zip(text, may, strict=False)) if is_ != should)
    return len(text) - next(same, len(may))


def _why(reason: Mapping[str, Any]) -> str:
    """The rule, and what its check found; of patterns the rule's name says it all."""
    scanned = ":" in reason["check"] or not reason["detail"]
    return str(reason["rule"] if scanned else f"{reason['rule']}: {reason['detail']}")


def _short(text: str, most: int = 120) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


async def tour(place: Place, tell: Tell, verify: Callable[[], Awaitable[bool]]) -> int:
    """0 if everything was as it should be."""
    playing = Tour(place, tell)
    async with asyncio.timeout(120):
        await playing.play()
    verified = await verify()
    for wrong in playing.wrong:
        tell(f"  WRONG {wrong}")
    told = "chain verifies" if verified else "THE CHAIN DOES NOT VERIFY"
    tell(
        f"{playing.decided}/{len(SCENES)} decided · "
        f"{playing.leaked} undecided bytes reached a client · {told}"
    )
    good = verified and not playing.wrong and not playing.leaked
    return 0 if good and playing.decided == len(SCENES) else 1
