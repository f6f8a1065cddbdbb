"""What the shell of the server answers by itself, wherever the request was meant to go."""

import pytest

from web.refusal import DEFECT, ENDING, PROTOCOL_REFUSALS, ShellRefusal


@pytest.mark.parametrize("refusal", [*PROTOCOL_REFUSALS.values(), DEFECT, ENDING], ids=lambda each: str(each.status))
def test_nobody_may_keep_it_as_rfc_6749_says_it(refusal: ShellRefusal) -> None:
    assert {(b"cache-control", b"no-store"), (b"pragma", b"no-cache")} <= set(refusal.headers)
