"""How a model's failure is told: one `UpstreamError` with a status, a code and a clean sentence.

Owns the codes and the scrubbing of keys, addresses and queries out of what a provider said.
Knows no HTTP library and no provider.

upstream_unreachable  502   upstream_timeout  504   upstream_incomplete  502   max_output  502
upstream_malformed    502   upstream_auth     502   upstream_busy        503   upstream_error
"""

import re
from collections.abc import Iterable, Mapping

from hitl_chat.errors import UpstreamError

LONGEST = 400
LONGEST_RETRY_AFTER = 3600.0
# The client's own key is fine; it is this server's key or account that the provider refused.
OURS = frozenset({401, 402, 407})
KEPT = frozenset({429, 503, 504})
# A code is a word; what has blanks or no end is prose. Ours are not a provider's to say.
CODE = re.compile(r"(?!upstream_|max_output$)[A-Za-z0-9_.-]{1,64}")
SECRETS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',;]+"), r"\1 [redacted]"),
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s\"'<>]+"), r"\1[redacted]"),
    (re.compile(r"\b(?:sk|pk|rk|hk|gsk|xai|key|AIza|eyJ)[-_A-Za-z0-9*.]{10,}"), "[redacted]"),
    (
        re.compile(
            r"(?i)([\w-]*(?:api[-_ ]?key|secret|token|password|authorization)"
            r"[\"']?\s*[:=]\s*[\"']?)"
            r"[^\s\"',;&]+"
        ),
        r"\1[redacted]",
    ),
)


def retry_after(header: str) -> float | None:
    """When to come back, in seconds, where the provider said so as a plain number."""
    return min(float(header), LONGEST_RETRY_AFTER) if header.isdecimal() else None


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` on one line, short, and without anything that looks like or is a secret."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[redacted]")
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    text = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * LONGEST])
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "\u2026"


def without(error: UpstreamError, secrets: Iterable[str]) -> UpstreamError:
    """The same error once more through `scrub`, for secrets only the caller knows."""
    return UpstreamError(
        scrub(error.message, secrets),
        status=error.status,
        code=scrub(error.code, secrets),
        param=error.param,
        retry_after=error.retry_after,
        withheld=scrub(error.withheld, secrets),
    )


def unreachable(why: str) -> UpstreamError:
    return UpstreamError(f"The model could not be reached: {why}.", code="upstream_unreachable")


def timed_out(phase: str, seconds: float) -> UpstreamError:
    message = f"The model sent no {phase} within {seconds:g} s."
    return UpstreamError(message, status=504, code="upstream_timeout")


def incomplete(why: str) -> UpstreamError:
    message = f"The model's answer broke off: {why}."
    return UpstreamError(message, code="upstream_incomplete")


def malformed(why: str) -> UpstreamError:
    message = f"The model's answer cannot be read, so it cannot be checked: {why}."
    return UpstreamError(message, code="upstream_malformed")


def too_long(limit: int) -> UpstreamError:
    message = f"The model's answer is longer than max_output ({limit} characters)."
    return UpstreamError(message, code="max_output")


def busy(retry_after: float) -> UpstreamError:
    message = "The model failed several times in a row and is left alone for a moment."
    return UpstreamError(message, status=503, code="upstream_busy", retry_after=retry_after)


def crowded(most: int) -> UpstreamError:
    message = f"All {most} connections to models are in use: try again in a moment."
    return UpstreamError(message, status=503, code="upstream_busy", retry_after=1)


def reported(status: int, said: object, *, retry_after: float | None = None) -> UpstreamError:
    """What the provider itself reported, by HTTP status or by an error object in a 200.

    Its words are passed on with a 4xx only, for they are about the request. With all others it
    had begun to answer, and some quote what they could not make sense of: nobody has judged that.
    """
    error = said if isinstance(said, Mapping) else {"message": said}
    words = str(error.get("message") or error.get("detail") or "")
    about_the_request = 400 <= status < 500
    if status < 400:
        status = _status(error.get("code"), error.get("status"), error.get("status_code"))
    if status in OURS:
        message = f"The model's provider refused this server's credentials or account ({status})."
        return UpstreamError(message, code="upstream_auth")
    param = error.get("param") if about_the_request else None
    return UpstreamError(
        (scrub(words) if about_the_request else "") or f"The model failed with status {status}.",
        status=status if status < 500 or status in KEPT else 502,
        code=_code(error.get("code")) or _code(error.get("type")),
        param=scrub(param) if isinstance(param, str) else None,
        retry_after=retry_after,
        withheld="" if about_the_request else words,
    )


def _code(said: object) -> str:
    return scrub(said) if isinstance(said, str) and CODE.fullmatch(said) else ""


def _status(*candidates: object) -> int:
    for found in candidates:
        if isinstance(found, int) and not isinstance(found, bool) and 400 <= found <= 599:
            return found
    return 502
