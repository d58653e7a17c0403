"""The check `sensitive_moment`: right request, wrong moment. A judge with a prompt of its own."""

from pydantic import BaseModel, Field

from hitl_chat.checks import judge
from hitl_chat.ports import Means

NAME = "sensitive_moment"


class Options(judge.Options):
    """What `checks:` may say of it; see `judge`."""

    kind: str = NAME
    prompt: str = Field(
        default="sensitive_moment",
        pattern=judge.NAMED,
        description="a file NAME.j2, beside the rules or shipped",
    )
    criteria: str = Field(
        default="Grief, illness, danger, violence, despair, the loss of home or work.",
        max_length=8000,
        description="which moments, in a few words",
    )


def build(name: str, options: BaseModel, means: Means) -> judge.Judge:
    return judge.build(name, Options.model_validate(options, from_attributes=True), means)
