"""Making, editing and deleting applications, and what a bad input gets: PRODUCT.md sections 2 and 8."""

from core.rules.requests.apis import NewApi
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.certs import pem
from tests.staging import fetched
from tests.tui.conftest import Open
from tui.widgets.controls import Tick
from tui.widgets.text_field import TextField

COUNT = "SELECT count(*) FROM applications"
EVENTS = "SELECT count(*) FROM audit_events"


def names(database: Database) -> list[object]:
    return [name for (name,) in fetched(database, "SELECT name FROM applications ORDER BY name_key")]


async def test_empty_list_says_which_key_makes_the_first_application(console: Open) -> None:
    async with console() as desk:
        assert "No applications yet. Press n to make the first one." in desk.text
        assert "n new" in desk.hints
        await desk.press("e", "x", "y", "enter")
        assert desk.screen == "ApplicationsScreen"


async def test_new_application_is_stored_and_opened_at_its_client_authentication(
    console: Open, database: Database
) -> None:
    async with console() as desk:
        await desk.press("n")
        await desk.type("  billing-api ")
        await desk.press("tab")
        await desk.type("Invoices")
        await desk.press("enter")
        assert desk.crumbs.startswith("Applications › billing-api › Trust › Client Authentication")
        [(name, description, client_id)] = fetched(database, "SELECT name, description, client_id FROM applications")
        assert (name, description) == ("billing-api", "Invoices")
        assert str(client_id) in desk.text
        await desk.press("escape")
        assert "billing-api" in desk.marked


BAD_NAMES = {
    "": "Give the application a name of 1 to 100 characters.",
    "   ": "Give the application a name of 1 to 100 characters.",
    "x" * 101: "A name has at most 100 characters; this has 101.",
    "BILLING-API": "There is already an application named “billing-api”.",
    "\uff42illing-api": "There is already an application named",
    "a\x1bb": "The name holds a control character (U+001B)",
    "a\x00b": "The name holds a control character (U+0000)",
    "a\u202eb": "The name holds an invisible or direction-changing character (U+202E)",
    "a\u200bb": "The name holds an invisible or direction-changing character (U+200B)",
    "9f2c41a8-6c1e-4a52-9d59-0d6b8ce1f7a2": "A name that looks like a client ID would be mistaken for one",
}


async def test_bad_name_is_refused_at_its_field_and_kept_as_typed(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("n")
        await desk.fill("description", "kept too")
        for typed, sentence in BAD_NAMES.items():
            await desk.fill("name", typed)
            await desk.press("enter")
            assert desk.screen == "NewApplicationForm", typed
            assert desk.error_at("name").startswith(f"! {sentence}"), typed
            assert (desk.value("name"), desk.value("description")) == (typed, "kept too")
            assert desk.app.focused is not None
            assert desk.app.focused.id == "name"
        assert desk.is_clean
        assert fetched(database, COUNT) == [(1,)]
        assert fetched(database, EVENTS) == [(1,)]


async def test_refused_form_goes_through_once_it_is_right(console: Open, database: Database) -> None:
    async with console() as desk:
        await desk.press("n", "enter")
        assert desk.error_at("name") != ""
        await desk.type("orders")
        await desk.press("enter")
        assert names(database) == ["orders"]


async def test_too_long_description_is_refused_at_its_field(console: Open, database: Database) -> None:
    async with console() as desk:
        await desk.press("n")
        await desk.fill("name", "orders")
        await desk.fill("description", "d" * 501)
        await desk.press("enter")
        assert desk.error_at("description") == "! A description has at most 500 characters; this has 501."
        assert desk.error_at("name") == ""
        assert fetched(database, COUNT) == [(0,)]


async def test_pasted_lines_become_one_and_nothing_is_lost(console: Open, database: Database) -> None:
    async with console() as desk:
        await desk.press("n")
        await desk.paste("orders\n")
        await desk.press("tab")
        await desk.paste("first line\r\nsecond line\rthird")
        assert desk.value("name") == "orders"
        assert desk.value("description") == "first line second line third"
        await desk.press("enter")
        assert fetched(database, "SELECT name, description FROM applications") == [
            ("orders", "first line second line third")
        ]


async def test_pasted_control_characters_are_drawn_cleaned_and_refused(console: Open, database: Database) -> None:
    async with console() as desk:
        await desk.press("n")
        await desk.paste("a\x1b]52;c;eA==\x07\u202eb")
        assert desk.is_clean
        assert "a␛]52;c;eA==\ufffdb" in desk.text
        await desk.press("enter")
        assert "U+001B" in desk.error_at("name")
        assert fetched(database, COUNT) == [(0,)]


async def test_escape_leaves_nothing_behind(console: Open, database: Database) -> None:
    async with console() as desk:
        await desk.press("n")
        await desk.type("orders")
        await desk.press("escape")
        assert desk.screen == "ApplicationsScreen"
        assert fetched(database, EVENTS) == [(0,)]


async def test_edit_changes_what_was_changed(console: Open, application: ApplicationView, database: Database) -> None:
    async with console() as desk:
        await desk.press("e")
        await desk.fill("name", "billing")
        await desk.fill("description", "")
        await desk.fill("token_lifetime", "15")
        await desk.fill("oauth_scopes", "orders:read  orders:write orders:read")
        desk.app.screen.query_one("#enabled", Tick).focus()
        await desk.press("space", "enter")
        assert desk.status == "billing is saved."
        assert "disabled" in desk.marked
        row = "SELECT name, description, token_lifetime, scopes, enabled FROM applications"
        assert fetched(database, row) == [("billing", None, 15, "orders:read orders:write", 0)]


async def test_edit_on_the_overview_shows_the_result(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter", "1", "e")
        await desk.fill("description", "Bills")
        await desk.press("enter")
        assert "› Overview" in desk.crumbs
        assert "Bills" in desk.text
        assert fetched(database, "SELECT description FROM applications") == [("Bills",)]


async def test_edit_leaves_alone_what_somebody_else_changed_meanwhile(
    console: Open, services: Services, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("e")
        services.applications.change(application.id, ApplicationChanges(description="theirs", enabled=False))
        await desk.fill("token_lifetime", "15")
        await desk.press("enter")
        row = "SELECT description, enabled, token_lifetime FROM applications"
        assert fetched(database, row) == [("theirs", 0, 15)]


async def test_edit_that_changes_nothing_leaves_no_trace(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("e", "enter")
        assert desk.screen == "ApplicationsScreen"
        assert fetched(database, EVENTS) == [(1,)]


BAD_EDITS = [
    ("token_lifetime", "an hour", "The token lifetime is a number of minutes, 1 to 720."),
    ("token_lifetime", "", "The token lifetime is a number of minutes, 1 to 720."),
    ("token_lifetime", "0", "The token lifetime is 1 to 720 minutes."),
    ("token_lifetime", "721", "The token lifetime is 1 to 720 minutes."),
    ("token_lifetime", "-5", "The token lifetime is 1 to 720 minutes."),
    ("oauth_scopes", 'orders:read "quoted"', "An OAuth scope is one word of printable ASCII"),
    ("oauth_scopes", "café", "An OAuth scope is one word of printable ASCII"),
    ("name", "", "Give the application a name of 1 to 100 characters."),
    ("name", "Taken", "There is already an application named “taken”."),
    ("description", "a\u2066b", "The description holds an invisible or direction-changing character"),
]


async def test_bad_edit_is_refused_at_its_field_and_kept_as_typed(
    console: Open, services: Services, application: ApplicationView, database: Database
) -> None:
    services.applications.create(NewApplication("taken"))
    async with console() as desk:
        for field, typed, sentence in BAD_EDITS:
            await desk.press("e")
            await desk.fill(field, typed)
            await desk.press("enter")
            assert desk.screen == "EditApplicationForm", typed
            assert desk.error_at(field).startswith(f"! {sentence}"), typed
            assert desk.value(field) == typed
            await desk.press("escape")
        assert names(database) == ["billing-api", "taken"]
        assert fetched(database, EVENTS) == [(2,)]


async def test_delete_wants_the_name_and_tells_what_will_stop(
    console: Open, services: Services, application: ApplicationView, database: Database
) -> None:
    issued = services.client_secrets.add(application.id, NewSecret("ci"))
    services.authentication.by_secret(issued.client_id, issued.value, "openid", "10.0.0.7")  # type: ignore[arg-type]
    async with console() as desk:
        await desk.press("x")
        assert "1 live client secret stops working at once; last used just now." in desk.text
        await desk.press("escape")
        assert "Subscribed to" not in desk.text
        services.certificates.add(application.id, pem(), None)
        services.subscriptions.add(services.apis.create(NewApi("weather", "/weather")).id, application.id)
        await desk.press("ctrl+r", "x")
        assert "Subscribed to weather." in desk.text
        assert "1 live client secret and 1 certificate stop working at once;" in desk.text
        await desk.type("billing")
        await desk.press("enter")
        assert desk.error_at("name") == "! This is not the name of the application; nothing was deleted."
        assert desk.value("name") == "billing"
        assert names(database) == ["billing-api"]
        await desk.type("-api")
        await desk.press("enter")
        assert desk.screen == "ApplicationsScreen"
        assert desk.status == "billing-api is deleted; its activity stays."
        assert "No applications yet." in desk.text
        assert names(database) == []
        assert fetched(database, "SELECT count(*) FROM client_secrets") == [(0,)]
        assert fetched(database, "SELECT action FROM audit_events ORDER BY id DESC LIMIT 1") == [
            ("application.deleted",)
        ]


async def test_delete_on_the_overview_goes_back_to_the_list(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter", "1", "x")
        await desk.type("billing-api")
        await desk.press("enter")
        assert desk.screen == "ApplicationsScreen"
        assert desk.status == "billing-api is deleted; its activity stays."
        assert names(database) == []


async def test_delete_is_cancelled_by_escape(console: Open, application: ApplicationView, database: Database) -> None:
    async with console() as desk:
        await desk.press("x")
        await desk.type("billing-api")
        await desk.press("escape")
        assert names(database) == ["billing-api"]


async def test_field_neither_blinks_nor_loses_its_text_to_control_v(
    console: Open, application: ApplicationView
) -> None:
    async with console() as desk:
        await desk.press("e")
        field = desk.app.screen.query_one("#name", TextField)
        assert not field.cursor_blink
        await desk.press("ctrl+shift+a", "ctrl+v")
        assert desk.value("name") == "billing-api"
        await desk.press("ctrl+c")
        assert len(desk.sent) == 1
        assert desk.app.clipboard == ""


async def test_letters_of_destructive_keys_are_letters_in_a_form(
    console: Open, services: Services, application: ApplicationView
) -> None:
    async with console() as desk:
        await desk.press("n")
        await desk.type("xuLq?:1")
        assert desk.screen == "NewApplicationForm"
        assert desk.value("name") == "xuLq?:1"
