"""What a plain HTML form sends: read without a library, since it is a line of names and values."""

from urllib.parse import parse_qsl

from fastapi import Request

from hitl_chat.errors import BadRequest
from hitl_chat.server.errors import BadMediaType

KIND = "application/x-www-form-urlencoded"
FIELDS = 10


async def form(request: Request) -> dict[str, str]:
    """The fields of a form; a name that comes twice is refused."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != KIND:
        msg = f"Send the form as {KIND}."
        raise BadMediaType(msg)
    try:
        text = (await request.body()).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except ValueError:
        msg = "This form cannot be read."
        raise BadRequest(msg) from None
    found = dict(pairs)
    if len(found) != len(pairs):
        msg = "This form names a field twice."
        raise BadRequest(msg, code="duplicate_key")
    return found
