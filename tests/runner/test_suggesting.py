"""What a model would write for an agent: told what it needs, recorded, and sent to nobody."""

import asyncio
from pathlib import Path

import pytest

from hitl_chat import assets
from hitl_chat.errors import NotFound, TooMany, Unavailable, UpstreamError
from hitl_chat.models import prompts
from hitl_chat.models.scripted import backstage
from hitl_chat.models.scripted.shop import moss_and_lantern
from hitl_chat.ports import Question, Reply
from hitl_chat.prompt_ports import Prompt
from hitl_chat.rules.facts import Criteria, Excerpt
from hitl_chat.runner import commands as do
from hitl_chat.runner import suggesting
from hitl_chat.runner.suggesting import Suggesting, Wish
from hitl_chat.store import conversations, events, texts
from tests.runner.desk_world import ANA, BEN, EVE, FakeTurn, World, world


class FakeModel:
    """Answers every question with the same words, and remembers what it was asked."""

    def __init__(self, *, fails: Exception | None = None, hangs: bool = False) -> None:
        self.asked: list[Question] = []
        self.fails, self.hangs = fails, hangs
        self._more = asyncio.Event()

    async def hanging(self, number: int) -> None:
        while len(self.asked) < number:
            self._more.clear()
            await self._more.wait()

    async def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        self._more.set()
        if self.fails:
            raise self.fails
        if self.hangs:
            await asyncio.Event().wait()
        return Reply(" We look at it first. ")


class FakePrompt:
    inputs, output, probe = (), None, None

    def __init__(self, name: str) -> None:
        self._name = name
        self.version = f"{name}@1"

    async def render(self, **inputs: str) -> str:
        return f"{self._name}: {sorted(inputs.items())}"


class FakePrompts:
    def take(self, name: str) -> Prompt:
        return FakePrompt(name)

    async def render(self, name: str, **inputs: str) -> str:
        return await self.take(name).render(**inputs)

    def version(self, name: str) -> str:
        return self.take(name).version


POLICY = Excerpt("4.2 Refunds", "Within 30 days.\n===== of nothing =====")


def suggesting_in(here: World, model: FakeModel) -> Suggesting:
    told = {"refund": Criteria("refund", guidance="No promises.", policy=POLICY)}
    return Suggesting(
        here.db, here.desk.clock, model, FakePrompts(), here.desk.ids, lambda conn, version: told
    )


async def test_a_held_rest_is_rewritten_as_the_agent_wants_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        model = FakeModel()
        wish = Wish("conv_1", turn.hold.id, "no sums")
        found = await suggesting_in(here, model).suggest(ANA, wish)
        assert found.text == " We look at it first."  # the blank that joins it to what was sent
        (question,) = model.asked
        prompt = str(question.messages[-1]["content"])
        for part in ("no sums", "500 euros", "Sure.", "No promises."):
            assert part in prompt
        assert turn.heard == []


async def test_what_the_agent_has_made_of_it_is_rewritten(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        model = FakeModel()
        wish = Wish("conv_1", turn.hold.id, "warmer", " You get 50 euros.")
        found = await suggesting_in(here, model).suggest(ANA, wish)
        assert found.text == " We look at it first."
        prompt = str(model.asked[0].messages[-1]["content"])
        assert "You get 50 euros." in prompt
        assert "500 euros" not in prompt


async def test_what_was_wished_and_written_is_on_record_and_can_be_erased(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        await suggesting_in(here, FakeModel()).suggest(ANA, Wish("conv_1", turn.hold.id, "short"))
        said = (await here.db.read(lambda conn: events.read(conn, "acme", "conv:conv_1")))[-1]
        assert said.type == "suggested"
        assert (said.body["by"], said.body["prompt"]) == ("ana", "rewrite@1")
        (ref,) = said.body["texts"]
        kept = await here.db.read(lambda conn: texts.fields(texts.get(conn, "acme", ref)))
        assert kept == {"instruction": "short", "text": " We look at it first."}


async def test_the_next_message_needs_a_conversation_a_model_has_answered_in(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        await here.held()
        await here.perform(ANA, do.TakeOver("conv_1"))
        model = FakeModel()
        found = await suggesting_in(here, model).suggest(ANA, Wish("conv_1"))
        assert (found.text, found.model) == ("We look at it first.", "m")
        assert model.asked[0].messages[-1]["role"] == "system"
        now = here.clock.now()
        await here.db.write(lambda conn: conversations.ensure(conn, "acme", "conv_9", now))
        with pytest.raises(NotFound) as refused:
            await suggesting_in(here, model).suggest(ANA, Wish("conv_9"))
        assert refused.value.code == "no_model_here"


@pytest.mark.parametrize("held", [True, False])
async def test_the_policy_that_a_rule_names_is_told_as_text(tmp_path: Path, held: bool) -> None:
    """Of the rules that stopped the answer, or what was stopped last where a person speaks now."""
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        if not held:
            await here.perform(ANA, do.TakeOver("conv_1"))
        model = FakeModel()
        await suggesting_in(here, model).suggest(ANA, Wish("conv_1", turn.hold.id if held else ""))
        prompt = str(model.asked[0].messages[-1]["content"])
        for part in ("4.2 Refunds", "Within 30 days.", "No promises."):
            assert part in prompt
        assert "===== of nothing" not in prompt  # it cannot end the fence it stands in


@pytest.mark.parametrize("name", ["rewrite", "reply"])
def test_the_prompts_fence_what_they_are_given(name: str) -> None:
    prompt = prompts.load(assets.prompts(), name)
    inputs = {"instruction": "shorter", "guidance": "No promises.", "policy": "Within 30 days."}
    inputs |= {"sent": "Sure.", "draft": "You get 500 euros."} if name == "rewrite" else {}
    lines = prompt.render(fence="===== 17 =====", **inputs).splitlines()
    fences = [at for at, line in enumerate(lines) if line.startswith("===== 17 =====")]
    said = [lines[at + 1] for at in fences[:-1]]
    given = [inputs[part] for part in ("policy", "sent", "draft") if part in inputs]
    assert said == given


async def test_a_hold_of_another_conversation_or_tenant_is_not_there(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        await here.held(FakeTurn("turn_2", "conv_2"))
        assert turn.hold is not None
        for by, conv in ((ANA, "conv_2"), (EVE, "conv_1")):
            model = FakeModel()
            with pytest.raises(NotFound):
                await suggesting_in(here, model).suggest(by, Wish(conv, turn.hold.id))
            assert model.asked == []


async def test_one_person_asks_so_often_and_no_colleague_waits_for_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        model, wish = FakeModel(), Wish("conv_1", turn.hold.id)
        asking = suggesting_in(here, model)
        for _ in range(5):
            await asking.suggest(ANA, wish)
        with pytest.raises(TooMany, match="ask again in 2 s") as refused:
            await asking.suggest(ANA, wish)
        assert (refused.value.code, refused.value.retry_after) == ("too_many_calls", 2.0)
        assert len(model.asked) == 5
        await asking.suggest(BEN, wish)
        here.clock.time += 2
        await asking.suggest(ANA, wish)


async def test_only_so_many_questions_of_one_person_run(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        model, wish = FakeModel(hangs=True), Wish("conv_1", turn.hold.id)
        asking = suggesting_in(here, model)
        tasks = [asyncio.create_task(asking.suggest(ANA, wish)) for _ in range(2)]
        await model.hanging(2)
        with pytest.raises(TooMany, match="2 answers of a model already"):
            await asking.suggest(ANA, wish)
        assert len(model.asked) == 2
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        model.hangs = False
        await asking.suggest(ANA, wish)  # whoever hangs up has his place back


async def test_a_model_that_fails_or_takes_too_long_is_said_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        wish = Wish("conv_1", turn.hold.id)
        failing = FakeModel(fails=UpstreamError("secret detail", status=500, code="x"))
        with pytest.raises(Unavailable) as refused:
            await suggesting_in(here, failing).suggest(ANA, wish)
        assert refused.value.code == "model_unavailable"
        assert "secret" not in refused.value.message
        monkeypatch.setattr(suggesting, "PATIENCE", 0.01)
        with pytest.raises(Unavailable) as refused:
            await suggesting_in(here, FakeModel(hangs=True)).suggest(ANA, wish)
        assert refused.value.code == "model_slow"
        assert "suggested" not in await here.types()


def test_the_scripted_model_finds_what_was_stopped() -> None:
    """The demo's model reads the shipped prompt, whatever stands around the rest."""
    nonce = "===== 0123abcd ====="
    prompt = prompts.load(assets.prompts(), "rewrite").render(
        fence=nonce, sent="Sure.", draft="It is blue.", instruction="-", guidance="-", policy="-"
    )
    assert backstage.other_rest(prompt, moss_and_lantern()) == "It is blue."
