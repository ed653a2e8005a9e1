"""How errors are told over HTTP."""

from __future__ import annotations

import pytest

from airdesk.app.api.problems import RETRY_S, error_response
from airdesk.core.kernel import (
    AirDeskError,
    HomeUnavailable,
    RateExceeded,
    TooManyAttempts,
    UnknownEntity,
)


@pytest.mark.parametrize(
    ("error", "status", "wait"),
    [
        (TooManyAttempts(wait_s=37), 429, "37"),
        (RateExceeded(limit=5, window_ms=60_000, wait_s=12), 429, "12"),
        (HomeUnavailable(), 503, str(RETRY_S)),
        (UnknownEntity(name="inbox"), 404, None),
    ],
)
def test_retry_after_says_how_long_it_really_takes(
    error: AirDeskError, status: int, wait: str | None
) -> None:
    answer = error_response(error)
    assert (answer.status_code, answer.headers.get("retry-after")) == (status, wait)
