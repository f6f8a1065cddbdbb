"""`keydesk secret rotate`, `complete-rotation` and `undo-rotation`."""

from datetime import timedelta

import pytest

from core.rules.expiry import Lifetime
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from tests.keydesk.conftest import Keydesk
from tests.keydesk.test_secret_commands import KEYS, VALUE
from tests.staging import log_on


@pytest.fixture
def issued(services: Services, application: ApplicationView) -> IssuedSecret:
    return services.client_secrets.add(application.id, NewSecret("ci", Lifetime.NEVER, ["openid"]))


def test_rotate_prints_the_value_alone_on_stdout_and_lets_the_old_one_retire_for_a_day(
    keydesk: Keydesk, services: Services, application: ApplicationView, issued: IssuedSecret
) -> None:
    ran = keydesk("secret", "rotate", "billing-api", issued.secret.hint)
    value = ran.out.removesuffix("\n")
    assert ran.code == 0
    assert VALUE.fullmatch(value)
    assert not VALUE.search(ran.err)
    assert f"replaces {issued.secret.hint} of “billing-api”, client ID {application.client_id}" in ran.err
    old, twin = keydesk("secret", "list", "billing-api", "--json").document
    if old["replaced_by"] is None:
        old, twin = twin, old
    assert (old["id"], old["state"], old["replaced_by"]) == (issued.secret.id, "retiring", twin["id"])
    assert (twin["description"], twin["scopes"], twin["hint"]) == ("ci", ["openid"], value[:11])
    assert all(services.verification.verify(application.id, each).works for each in (value, issued.value))
    assert "retiring until 20" in keydesk("secret", "list", "billing-api").out


@pytest.mark.parametrize(
    ("grace", "span"), [("1h", timedelta(hours=1)), ("7d", timedelta(days=7)), ("30d", timedelta(days=30))]
)
def test_json_of_rotate_is_the_new_secret_with_its_client_id_and_value(
    keydesk: Keydesk, application: ApplicationView, issued: IssuedSecret, services: Services, grace: str,
    span: timedelta,
) -> None:  # fmt: skip
    made = keydesk("secret", "rotate", "billing-api", issued.secret.id, "--grace", grace, "--json").document
    assert list(made) == [*KEYS, "client_id", "client_secret"]
    assert made["client_id"] == application.client_id
    assert made["client_secret"].startswith(made["hint"])
    old = services.client_secrets.resolve(application.id, issued.secret.id)
    twin = services.client_secrets.resolve(application.id, made["id"])
    assert old.retires_at == twin.created_at + span


def test_without_a_grace_the_old_one_is_revoked_at_once(
    keydesk: Keydesk, issued: IssuedSecret, services: Services
) -> None:
    ran = keydesk("secret", "rotate", "billing-api", issued.secret.hint, "--grace", "now")
    assert ran.err.endswith(f"{issued.secret.hint} is revoked; tokens that it obtained live on to their end.\n")
    assert [each["state"] for each in keydesk("secret", "list", "billing-api", "--all", "--json").document] == [
        "active",
        "revoked",
    ]
    assert not services.verification.find(issued.value).works
    listed = keydesk("secret", "list", "billing-api", "--all", "--json").document
    assert [each["revoked_reason"] for each in listed] == [None, "rotated"]
    assert keydesk("secret", "list", "billing-api", "--all").out.splitlines()[-1].rstrip().endswith("revoked, rotated")
    said = ["had been rotated; tokens that it obtained end now, too", "is already revoked"]
    for outcome in said:
        ran = keydesk("secret", "revoke", "billing-api", issued.secret.hint)
        assert (ran.code, ran.err) == (0, f"{issued.secret.hint} {outcome}.\n")


def test_at_the_limit_another_secret_gives_its_place_in_the_same_step(
    keydesk: Keydesk, issued: IssuedSecret, application: ApplicationView, services: Services
) -> None:
    added = [services.client_secrets.add(application.id, NewSecret()).secret for _ in range(19)]
    hint, room = issued.secret.hint, added[3].hint
    refused = keydesk("secret", "rotate", "billing-api", hint)
    assert refused.code == 1
    assert refused.err.endswith("With no grace it needs no place. Add --revoking SECRET, or --grace now.\n")
    ran = keydesk("secret", "rotate", "billing-api", hint, "--revoking", room)
    assert (ran.code, ran.err.splitlines()[-1]) == (0, f"{room} is revoked.")
    listed = keydesk("secret", "list", "billing-api", "--all", "--json").document
    states = {each["hint"]: each["state"] for each in listed}
    assert (states[hint], states[room], len(states)) == ("retiring", "revoked", 21)
    again = keydesk("secret", "rotate", "billing-api", ran.out[:11], "--revoking", added[4].id, "--json")
    assert again.document["state"] == "active"
    wrong = keydesk("secret", "rotate", "billing-api", added[5].hint, "--revoking", "kd_00000000")
    assert (wrong.code, wrong.out) == (1, "")
    assert "has no client secret with this hint or id" in wrong.err


def test_a_rotation_is_completed_once(keydesk: Keydesk, issued: IssuedSecret) -> None:
    hint = issued.secret.hint
    keydesk("secret", "rotate", "billing-api", hint)
    done = keydesk("secret", "complete-rotation", "billing-api", hint, "--json")
    assert (done.code, done.document["state"]) == (0, "revoked")
    again = keydesk("secret", "complete-rotation", "billing-api", hint)
    assert (again.code, again.err) == (1, f"The rotation of {hint} is complete already: it is revoked.\n")


def test_completing_warns_where_no_live_secret_remains(
    keydesk: Keydesk, issued: IssuedSecret, services: Services
) -> None:
    twin = keydesk("secret", "rotate", "billing-api", issued.secret.hint, "--json").document["hint"]
    assert "No live secret remains" not in keydesk("secret", "revoke", "billing-api", twin).err
    done = keydesk("secret", "complete-rotation", "billing-api", issued.secret.hint)
    assert done.code == 0
    assert done.err.endswith("No live secret remains: “billing-api” can no longer authenticate by secret.\n")


def test_a_rotation_is_undone_while_nobody_has_used_the_twin(
    keydesk: Keydesk, issued: IssuedSecret, application: ApplicationView, services: Services
) -> None:
    hint = issued.secret.hint
    twin = keydesk("secret", "rotate", "billing-api", hint, "--json").document["hint"]
    undone = keydesk("secret", "undo-rotation", "billing-api", hint)
    assert (undone.code, undone.err) == (0, f"{hint} is active as before; {twin}, which had replaced it, is revoked.\n")
    (left,) = keydesk("secret", "list", "billing-api", "--json").document
    assert (left["hint"], left["retires_at"], left["replaced_by"]) == (hint, None, None)
    value = keydesk("secret", "rotate", "billing-api", hint).out.strip()
    log_on(services, application.client_id, value)
    refused = keydesk("secret", "undo-rotation", "billing-api", hint)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == f"{value[:11]} was used: while it works, this rotation can only be completed.\n"
    keydesk("secret", "revoke", "billing-api", value[:11])
    kept = keydesk("secret", "undo-rotation", "billing-api", hint)
    assert (kept.code, kept.err.split(";")[0]) == (0, f"{hint} is active as before")


def test_what_cannot_be_rotated_is_exit_code_1_with_what_to_do_instead(
    keydesk: Keydesk, issued: IssuedSecret, services: Services, application: ApplicationView
) -> None:
    keydesk("secret", "rotate", "billing-api", issued.secret.hint)
    ran = keydesk("secret", "rotate", "billing-api", issued.secret.hint)
    assert (ran.code, ran.out) == (1, "")
    assert "is retiring already" in ran.err
    leaked = keydesk("secret", "rotate", "billing-api", issued.value)
    assert leaked.code == 1
    assert "take it as leaked" in leaked.err
    assert not VALUE.search(leaked.err)
    assert len(services.client_secrets.list(application.id)) == 2
