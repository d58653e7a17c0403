"""The shipped fake model: a support bot for a made-up shop, and any script a test hands in."""

from hitl_chat.models.scripted.model import Beat, Options, Script, Scripted, asked, play
from hitl_chat.models.scripted.reply import Call, Reply

__all__ = ["Beat", "Call", "Options", "Reply", "Script", "Scripted", "asked", "play"]
