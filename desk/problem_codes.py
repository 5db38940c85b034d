"""What a problem of the API is called for machines (RFC 9457), by its status. Needs no app to be loaded."""

CODES = {
    400: "invalid", 401: "not_authenticated", 403: "not_allowed", 404: "not_found", 405: "no_such_method",
    406: "not_acceptable", 409: "not_now", 413: "too_large", 415: "unsupported_media_type",
    422: "key_reused", 429: "too_many_requests", 503: "unavailable",
}  # fmt: skip
# Those that name more than the status does.
OTHERS = {"error", "refused", "stale", "busy", "second_step_missing"}


def code_of(status: int) -> str:
    return CODES.get(status, "error")
