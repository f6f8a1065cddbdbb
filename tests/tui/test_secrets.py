"""The secrets table: adding, editing, revoking, verifying, and what a bad input gets: PRODUCT.md section 3."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from textual.widgets import Label

from core.rules.expiry import Lifetime
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.scopes import ApiScope
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.staging import Clock, fetched, log_on
from tests.tui.conftest import Open
from tests.tui.console import opened
from tests.tui.gates import Gated
from tui.widgets.controls import Choices, Tick

COUNT = "SELECT count(*) FROM client_secrets"
EVENTS = "SELECT count(*) FROM audit_events"


async def test_empty_table_says_which_key_adds_a_secret(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("enter")
        assert "Press n to add one; it is shown once." in desk.text
        assert "Secrets 0/20" in desk.text
        await desk.press("e", "x", "enter")
        assert desk.screen == "ApplicationScreen"


async def test_secret_of_the_preselected_choices_lives_a_year_and_opens_every_api(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter", "n", "enter")
        assert desk.screen == "IssuedSecretModal"
        row = "SELECT description, expires_at, for_application, for_application_users, for_openid FROM client_secrets"
        [(description, expires_at, *scopes)] = fetched(database, row)
        assert description is None
        assert str(expires_at).startswith("2027-05-02 12:00:00")
        assert scopes == [1, 1, 1]


async def test_label_of_the_field_that_has_the_focus_is_set_apart(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("enter", "n")
        for label in ("Description", "Expires in", "Scope"):
            bold = [each for each in desk.app.screen.query(Label) if "bold" in str(each.styles.text_style)]
            assert [str(each.content) for each in bold] == [label]
            await desk.press("tab")


async def test_every_choice_of_the_form_is_stored(
    console: Open, services: Services, application: ApplicationView
) -> None:
    async with console() as desk:
        await desk.press("enter", "n")
        await desk.type("till")
        await desk.press("tab", "right", "right", "tab", "space", "tab", "space", "enter")
        [secret] = services.client_secrets.list(application.id)
        assert (secret.description, secret.expires_at, secret.scopes) == ("till", None, {ApiScope.OPENID})
        assert f"New secret for {application.name}" in desk.text
        assert secret.hint in desk.text


BAD_DESCRIPTIONS = {
    "d" * 201: "! A description has at most 200 characters; this has 201.",
    "a\x07b": "! The description holds a control character (U+0007); use visible characters only.",
    "a\u200fb": "! The description holds an invisible or direction-changing character (U+200F)",
}


async def test_bad_description_is_refused_at_its_field_and_kept(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter", "n")
        for typed, sentence in BAD_DESCRIPTIONS.items():
            await desk.fill("description", typed)
            await desk.press("enter")
            assert desk.screen == "NewSecretForm"
            assert desk.error_at("description").startswith(sentence), typed
            assert desk.value("description") == typed
        assert fetched(database, COUNT) == [(0,)]


async def test_secret_without_an_api_scope_is_refused_at_the_boxes(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter", "n")
        await desk.type("ci")
        await desk.press("tab", "tab", "space", "tab", "space", "tab", "space", "enter")
        assert desk.error_at("scopes").startswith("! Choose at least one API scope")
        assert isinstance(desk.app.focused, Tick)
        assert desk.value("description") == "ci"
        assert fetched(database, COUNT) == [(0,)]
        await desk.press("space", "enter")
        assert fetched(database, COUNT) == [(1,)]


async def test_twenty_first_secret_is_refused_with_the_way_out(
    console: Open, services: Services, application: ApplicationView, database: Database
) -> None:
    for _ in range(20):
        services.client_secrets.add(application.id, NewSecret())
    before = fetched(database, EVENTS)
    async with console() as desk:
        await desk.press("enter", "n")
        await desk.type("one more")
        await desk.press("enter")
        assert desk.screen == "NewSecretForm"
        assert "! “billing-api” has 20 of 20 client secrets: revoke one first, " in desk.text
        assert desk.value("description") == "one more"
        assert fetched(database, COUNT) == [(20,)]
        assert fetched(database, EVENTS) == before


async def test_table_shows_what_identifies_a_secret_and_never_its_value(
    console: Open, services: Services, application: ApplicationView, clock: Clock
) -> None:
    issued = services.client_secrets.add(application.id, NewSecret("ci", scopes=["application"]))
    clock.advance(hours=2)
    log_on(services, application.client_id, issued.value, ApiScope.APPLICATION)
    clock.advance(minutes=3)
    async with console(size=(110, 24)) as desk:
        await desk.press("enter")
        row = desk.marked
        for cell in ("ci", issued.secret.hint, "A · ·", "2026-05-02", "operator", "2027-05-02", "3 min ago", "Active"):
            assert cell in row, cell
        assert issued.value not in desk.text


async def test_states_are_words(console: Open, services: Services, application: ApplicationView, clock: Clock) -> None:
    expired, revoked, expiring, active = (
        services.client_secrets.add(application.id, NewSecret(name)).secret for name in ("was", "gone", "soon", "fine")
    )
    services.client_secrets.revoke(application.id, revoked.id)
    clock.advance(days=350)
    for secret in (active, expiring):
        services.client_secrets.edit(application.id, secret.id, SecretChanges(lifetime=Lifetime.ONE_YEAR))
    clock.advance(days=340)
    services.client_secrets.edit(application.id, active.id, SecretChanges(lifetime=Lifetime.NEVER))
    async with console() as desk:
        await desk.press("enter", "a")
        table = desk.text
        for name, state in [("was", "Expired"), ("gone", "Revoked"), ("soon", "Expiring"), ("fine", "Active")]:
            line = next(line for line in table.splitlines() if f" {name} " in line)
            assert line.endswith(state), line
        assert expired.hint in table
        assert "in 26 d" in table


async def test_revoked_secrets_are_shown_on_request(
    console: Open, services: Services, application: ApplicationView
) -> None:
    issued = services.client_secrets.add(application.id, NewSecret("old"))
    services.client_secrets.revoke(application.id, issued.secret.id)
    async with console() as desk:
        await desk.press("enter")
        assert issued.secret.hint not in desk.text
        await desk.press("a")
        assert desk.marked.endswith("Revoked")
        await desk.press("e", "x")
        assert desk.screen == "ApplicationScreen"
        await desk.press("a")
        assert issued.secret.hint not in desk.text


async def test_edit_keeps_an_expiry_that_is_not_touched(
    console: Open, services: Services, application: ApplicationView, clock: Clock
) -> None:
    made = services.client_secrets.add(application.id, NewSecret("ci")).secret
    clock.advance(days=10)
    async with console() as desk:
        await desk.press("enter", "e")
        assert "(•) as it is   ( ) 1 year   ( ) 2 years   ( ) Never" in desk.text
        await desk.fill("description", "build server")
        await desk.press("enter")
        assert desk.status == f"{made.hint} is saved."
        assert "build server" in desk.marked
        [secret] = services.client_secrets.list(application.id)
        assert (secret.description, secret.expires_at) == ("build server", made.expires_at)


async def test_edited_expiry_counts_from_now(
    console: Open, services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.client_secrets.add(application.id, NewSecret("ci"))
    clock.advance(days=10)
    async with console() as desk:
        await desk.press("enter", "e", "tab", "right", "enter")
        [secret] = services.client_secrets.list(application.id)
        assert secret.expires_at == datetime(2027, 5, 12, 12, 0, tzinfo=UTC)


async def test_expired_secret_is_not_revived_but_may_be_described(
    console: Open, services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.client_secrets.add(application.id, NewSecret("ci"))
    clock.advance(days=400)
    async with console() as desk:
        await desk.press("enter", "e")
        assert not desk.app.screen.query(Choices)
        await desk.fill("description", "was ci")
        await desk.press("enter")
        [secret] = services.client_secrets.list(application.id)
        assert (secret.description, secret.state) == ("was ci", "expired")


async def test_edit_without_an_api_scope_is_refused(
    console: Open, services: Services, application: ApplicationView
) -> None:
    services.client_secrets.add(application.id, NewSecret("ci", scopes=["openid"]))
    async with console() as desk:
        await desk.press("enter", "e", "tab", "tab", "tab", "tab", "space", "enter")
        assert desk.error_at("scopes").startswith("! Choose at least one API scope")
        [secret] = services.client_secrets.list(application.id)
        assert secret.scopes == {ApiScope.OPENID}


async def test_edit_of_a_secret_that_was_revoked_meanwhile_is_refused_in_the_form(
    console: Open, services: Services, application: ApplicationView
) -> None:
    made = services.client_secrets.add(application.id, NewSecret("ci")).secret
    async with console() as desk:
        await desk.press("enter", "e")
        services.client_secrets.revoke(application.id, made.id)
        await desk.fill("description", "late")
        await desk.press("enter")
        assert "! A revoked secret is history and cannot be edited; add a new one." in desk.text
        assert desk.value("description") == "late"


async def test_revoke_stands_on_cancel_and_tells_what_will_stop(
    console: Open, services: Services, application: ApplicationView, database: Database, clock: Clock
) -> None:
    issued = services.client_secrets.add(application.id, NewSecret("ci"))
    log_on(services, application.client_id, issued.value)
    clock.advance(hours=2)
    async with console() as desk:
        await desk.press("enter", "x")
        assert f"Revoke {issued.secret.hint} (ci)?" in desk.text
        assert "Last used 2 h ago from 10.0.0.7." in desk.text
        assert "No other live secret remains" in desk.text
        assert desk.app.focused is not None
        assert desk.app.focused.id == "cancel"
        await desk.press("enter")
        assert desk.screen == "ApplicationScreen"
        await desk.press("x", "escape")
        assert fetched(database, "SELECT revoked_at FROM client_secrets") == [(None,)]


async def test_revoked_secret_leaves_the_table_and_works_no_more(
    console: Open, services: Services, application: ApplicationView, database: Database
) -> None:
    first, second = (services.client_secrets.add(application.id, NewSecret(name)) for name in ("a", "b"))
    async with console() as desk:
        await desk.press("enter", "x")
        assert "One other live secret remains." in desk.text
        await desk.press("tab", "enter")
        chosen, other = (first, second) if first.secret.hint in desk.status else (second, first)
        assert desk.status == f"{chosen.secret.hint} is revoked."
        assert chosen.secret.hint not in "\n".join(desk.lines[:-2])
        assert other.secret.hint in desk.marked
        assert "Secrets 1/20" in desk.text
        assert str(log_on(services, application.client_id, chosen.value)) == "Client authentication failed."
        reason = fetched(database, "SELECT reason FROM audit_events ORDER BY id DESC LIMIT 1")
        assert reason == [("secret revoked",)]


async def test_second_of_two_quick_keys_on_a_dialog_goes_to_the_screen_behind_it(
    console: Open, services: Services, application: ApplicationView
) -> None:
    services.client_secrets.add(application.id, NewSecret("ci"))
    async with console() as desk:
        await desk.press("enter", "x")
        desk.hit("enter", "enter")
        await desk.settle()
        assert desk.screen == "Details"
        assert len(services.client_secrets.list(application.id)) == 1
        await desk.press("escape", "x", "tab")
        desk.hit("enter", "escape")
        await desk.settle()
        assert desk.screen == "ApplicationsScreen"
        assert services.client_secrets.list(application.id) == ()


async def test_secret_that_somebody_else_revoked_first_is_told_as_such(
    console: Open, services: Services, application: ApplicationView
) -> None:
    made = services.client_secrets.add(application.id, NewSecret("ci")).secret
    async with console() as desk:
        await desk.press("enter", "x")
        services.client_secrets.revoke(application.id, made.id)
        await desk.press("tab", "enter")
        assert desk.status == f"{made.hint} is already revoked."


async def test_verify_tells_which_secret_it_is_and_counts_as_nothing(
    console: Open, services: Services, application: ApplicationView, database: Database
) -> None:
    issued = services.client_secrets.add(application.id, NewSecret("ci", scopes=["openid"]))
    before = fetched(database, EVENTS)
    async with console() as desk:
        await desk.press("enter", "v")
        await desk.paste(f"{issued.value}\n")
        assert issued.value not in desk.text
        await desk.press("ctrl+shift+a", "ctrl+c", "ctrl+x")
        assert desk.sent == []
        await desk.press("enter")
        assert f"It is {issued.secret.hint} and works, for OpenID." in desk.text
        assert desk.value("value") == ""
        await desk.paste("kd_nothing")
        await desk.press("enter")
        assert "It matches no client secret of this application." in desk.text
        services.client_secrets.revoke(application.id, issued.secret.id)
        await desk.paste(issued.value)
        await desk.press("enter")
        assert f"It is {issued.secret.hint} and does not work: The secret is revoked." in desk.text
        await desk.press("enter")
        assert desk.error_at("value").startswith("! Paste a client secret")
        await desk.press("escape")
        assert desk.screen == "ApplicationScreen"
        assert fetched(database, EVENTS) == [(before[0][0] + 1,)]  # type: ignore[operator]
        assert fetched(database, "SELECT failed_logons FROM applications") == [(0,)]
        assert fetched(database, "SELECT use_count FROM client_secrets") == [(0,)]


async def test_details_stand_beside_the_list_where_there_is_room(
    console: Open, services: Services, application: ApplicationView, clock: Clock
) -> None:
    older = services.client_secrets.add(application.id, NewSecret("older")).secret
    clock.advance(seconds=1)
    newer = services.client_secrets.add(application.id, NewSecret("newer", lifetime=Lifetime.NEVER)).secret
    async with console(size=(120, 36)) as desk:
        await desk.press("enter")
        assert newer.hint in "\n".join(line[80:] for line in desk.lines)
        assert older.hint not in "\n".join(line[80:] for line in desk.lines)
        await desk.press("j")
        assert older.hint in "\n".join(line[80:] for line in desk.lines)
        await desk.resize(80, 24)
        assert desk.text.count(older.hint) == 1


async def test_end_within_thirty_days_is_told_in_days(
    console: Open, services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.client_secrets.add(application.id, NewSecret("ci"))
    clock.time = datetime(2027, 5, 2, 12, 0, tzinfo=UTC) - timedelta(days=12)
    async with console() as desk:
        assert "in 12 d" in desk.marked
        assert desk.marked.endswith("expiring")
        await desk.press("enter")
        assert "in 12 d" in desk.marked


@pytest.mark.parametrize("width", [64, 70, 74, 80])
async def test_chosen_expiry_is_always_in_sight(
    console: Open, services: Services, application: ApplicationView, width: int
) -> None:
    services.client_secrets.add(application.id, NewSecret("ci"))
    async with console(size=(width, 24)) as desk:
        await desk.press("enter", "e", "tab")
        for label in ("as it is", "1 year", "2 years", "Never"):
            assert f"(•) {label}" in desk.text
            assert desk.overflowing == []
            await desk.press("right")


async def test_answer_of_a_verification_goes_with_the_next_question(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    value = services.client_secrets.add(application.id, NewSecret("ci")).value
    gated = Gated(services.verification)
    async with opened(replace(services, verification=gated), clock) as desk:
        await desk.press("enter", "v")
        await desk.paste(value)
        await desk.press("enter")
        assert "and works" in desk.text
        await desk.press("enter")
        assert "! Paste a client secret" in desk.text
        assert "and works" not in desk.text
        await desk.paste(value)
        await desk.press("enter")
        gated.gate.clear()
        await desk.paste("kd_wrong")
        assert "and works" not in desk.text
        desk.hit("enter")
        await desk.pilot.pause(0.2)
        assert "and works" not in desk.text
        desk.hit("escape")
        await desk.pilot.pause(0.2)
        assert desk.screen == "ApplicationScreen"
        gated.gate.set()


async def test_table_of_revoked_secrets_only_says_so(
    console: Open, services: Services, application: ApplicationView
) -> None:
    issued = services.client_secrets.add(application.id, NewSecret("ci"))
    services.client_secrets.revoke(application.id, issued.secret.id)
    async with console() as desk:
        await desk.press("enter")
        assert "Every client secret is revoked: n adds one, a shows the revoked ones." in desk.text
        assert "No client secrets yet" not in desk.text
        await desk.press("a")
        assert issued.secret.hint in desk.marked


async def test_question_about_a_secret_that_has_ended_promises_nothing(
    console: Open, services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.client_secrets.add(application.id, NewSecret("old"))
    clock.advance(days=400)
    async with console() as desk:
        await desk.press("enter", "x")
        assert "It has ended already and stays so." in desk.text
        assert "It stops working" not in desk.text
