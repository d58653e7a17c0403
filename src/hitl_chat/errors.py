"""The error tree. Each error has a code, an HTTP status and a sentence that says what to do.

HitlError
├── BadRequest           400  the request cannot be understood; names the field
├── Unauthorized         401  no, or a wrong, key, session or token
├── Forbidden            403  known, but not allowed
├── NotFound             404  no such thing (or not yours: the same answer)
├── Conflict             409  somebody else was first, or what you saw has changed
├── TooLarge             413  body or head over the limit
├── Unprocessable        422  understood, but it contradicts what is stored
├── TooMany              429  rate limit; carries retry_after
├── NotGuarded           501  an endpoint that would be unguarded
├── Unavailable          503  cannot be served safely right now; carries retry_after
├── UpstreamError        the model's own status, or 502/504; never its secrets
├── ConfigError          configuration or rules: names file, line and the fix
└── StoreError           the record cannot be written or read
"""

from collections.abc import Mapping


class HitlError(Exception):
    """Base: `str(error)` is the sentence for people, `code` the word for programs."""

    status = 500
    type = "server_error"
    code = "internal_error"

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        param: str | None = None,
        retry_after: float | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.param = param
        self.retry_after = retry_after
        self.details = dict(details or {})


class BadRequest(HitlError):
    status, type, code = 400, "invalid_request_error", "invalid_request"


class Unauthorized(HitlError):
    status, type, code = 401, "authentication_error", "invalid_api_key"


class Forbidden(HitlError):
    status, type, code = 403, "permission_error", "forbidden"


class NotFound(HitlError):
    status, type, code = 404, "invalid_request_error", "not_found"


class Conflict(HitlError):
    status, type, code = 409, "conflict_error", "conflict"


class TooLarge(HitlError):
    status, type, code = 413, "invalid_request_error", "too_large"


class Unprocessable(HitlError):
    status, type, code = 422, "invalid_request_error", "unprocessable"


class TooMany(HitlError):
    status, type, code = 429, "rate_limit_error", "rate_limit_exceeded"


class NotGuarded(HitlError):
    status, type, code = 501, "invalid_request_error", "not_guarded"


class Unavailable(HitlError):
    status, type, code = 503, "server_error", "unavailable"


class UpstreamError(HitlError):
    """The model failed. `status`: its own 4xx or 5xx, 502 for nonsense, 504 for silence.

    `withheld`: what its provider said that may quote an answer nobody has judged; for the log.
    """

    type, code = "upstream_error", "upstream_error"

    def __init__(
        self,
        message: str,
        *,
        status: int = 502,
        code: str = "",
        param: str | None = None,
        retry_after: float | None = None,
        withheld: str = "",
    ) -> None:
        super().__init__(message, code=code, param=param, retry_after=retry_after)
        self.status = status
        self.withheld = withheld


class ConfigError(HitlError):
    code = "config_error"


class StoreError(HitlError):
    status, type, code = 503, "server_error", "store_unavailable"
