"""The demo's shop page gets a conversation that it can follow at once."""

import asyncio
from pathlib import Path

import httpx

from hitl_chat.app import Program
from hitl_chat.cli.config import load
from hitl_chat.demo.place import furnish
from hitl_chat.demo.server import shop_token
from hitl_chat.demo.stage import MODEL, TENANT


async def test_a_page_may_follow_before_its_first_question(tmp_path: Path) -> None:
    place = await asyncio.to_thread(furnish, tmp_path, 18701)
    settings = load(str(place.settings), {})
    program = Program(settings, environ={}, more=lambda it: [shop_token(it, place.key)], shop=True)
    await program.start()
    try:
        inside = httpx.ASGITransport(program.app)
        async with httpx.AsyncClient(transport=inside, base_url=place.base) as page:
            made = (await page.post("/shop/token")).json()
            again = (await page.post("/shop/token", json={"conversation_id": made["id"]})).json()
        await program.customers.find(TENANT, made["id"])
        assert again["id"] == made["id"]
        assert made["models"] == [MODEL]
        scope = {"headers": [(b"authorization", b"Bearer " + made["token"].encode())]}
        holder = await program.keys.authorise(scope, token_ok=True)
        told = await program.instructions.find(TENANT, holder.instructions)
        assert "R1 Returns: 30 days" in told
    finally:
        await program.close()
