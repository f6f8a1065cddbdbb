"""The activity of all applications: its filter, a change in full, and the head of its chain."""

import pytest

from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.services import Services
from store.database import Database
from tests.staging import Clock, log_on, plain_sql
from tests.tui.conftest import Open
from tests.tui.console import SPACIOUS
from tui.widgets.filter import Filter


@pytest.fixture
def week(services: Services, clock: Clock) -> list[str]:
    """Two applications, a secret, a change and a refused logon within a week; returns their names."""
    made = [services.applications.create(NewApplication(name)) for name in ("billing-api", "ledger-sync")]
    clock.advance(days=5)
    services.client_secrets.add(made[0].id, NewSecret("ci"))
    clock.advance(days=1)
    services.applications.change(made[1].id, ApplicationChanges(description="Both ledgers", enabled=False))
    clock.advance(days=1)
    log_on(services, made[0].client_id)
    return [application.name for application in made]


@pytest.mark.usefixtures("week")
async def test_capital_a_shows_all_that_happened_with_the_head_to_note_down(
    console: Open, services: Services, clock: Clock
) -> None:
    async with console() as desk:
        await desk.press("A")
        head = services.activity.head()
        assert desk.crumbs == f"Applications › Activity{'5':>55}"
        assert "logon.refused" in desk.marked
        assert "billing-api · wrong secr…" in desk.marked
        assert "Chain of 5 rows." in desk.text
        assert f" {head.hash}" in desk.lines
        assert desk.overflowing == []
        assert "V verify chain   H copy head" in desk.hints

        await desk.press("H")
        assert "Sent to your terminal" in desk.status
        await desk.press("y")
        assert "Sent to your terminal" in desk.status
        assert len(desk.sent) == 2

        # What another process does shows by itself.
        clock.advance(hours=1)
        services.applications.create(NewApplication("third"))
        await desk.press("ctrl+r")
        assert "Chain of 6 rows." in desk.text
        assert f" {services.activity.head().hash}" in desk.lines
        await desk.press("escape")
        assert desk.screen == "ApplicationsScreen"


@pytest.mark.usefixtures("week")
async def test_filter_takes_words_and_terms_teaches_them_and_keeps_what_was_typed_wrongly(console: Open) -> None:
    async with console() as desk:
        await desk.press("A", "slash")
        assert "actor:alice action:secret object:billing result:refused" in desk.text
        await desk.type("billing since:3d result:done")
        assert "secret.added" in desk.marked
        assert desk.lines[0].endswith("1 · /billing since:3d result:done")
        await desk.press("enter")
        assert "actor:alice" not in desk.text

        await desk.press("slash")
        await desk.type(" action:sercet")
        assert "No action here has “sercet” in it; near it: secret.added. Esc clears the" in desk.text
        desk.hit(*["backspace"] * len(" action:sercet"))
        await desk.type("")
        await desk.type(" who:bob")
        assert "! who: is none of actor, action, object" in desk.text
        assert "secret.added" in desk.marked
        await desk.press("enter")  # stays where it can be mended
        assert desk.app.screen.query_one(Filter).field.has_focus
        assert desk.app.screen.query_one(Filter).field.value == "billing since:3d result:done who:bob"
        for _ in " who:bob":
            await desk.press("backspace")
        await desk.type(" nobody")
        assert "! who" not in desk.text
        assert "Nothing matches. Esc clears the filter." in desk.text
        await desk.press("enter", "escape")
        assert "logon.refused" in desk.marked
        assert not desk.app.screen.query_one(Filter).display


@pytest.mark.usefixtures("week")
@pytest.mark.slow
async def test_filter_of_one_application_takes_the_same_terms(console: Open) -> None:
    async with console() as desk:
        await desk.press("enter", "3", "slash")
        await desk.type("until:2026-05-03")
        assert "application.created" in desk.marked
        assert "secret.added" not in desk.text
        await desk.type(" until:1d")
        assert "! until: is given twice; once is enough." in desk.text
        await desk.press("escape", "question_mark")
        assert "Filter by word, actor, action, object, time, result." in desk.text
        assert "Filter while you type" not in desk.text


@pytest.mark.usefixtures("week")
async def test_change_stands_side_by_side_with_a_sign_for_each_attribute(console: Open) -> None:
    async with console() as desk:
        await desk.press("A", "j", "enter")
        head = next(number for number, line in enumerate(desk.lines) if "before" in line)
        shown = [line.split("│")[1].split() for line in desk.lines[head : head + 3]]
        assert shown == [
            ["~", "changed", "before", "after"],
            ["~", "description", "none", "Both", "ledgers"],
            ["~", "enabled", "yes", "no"],
        ]
        columns = {line.index(word) for line, word in zip(desk.lines[head:], ("after", "Both", "no "), strict=False)}
        assert len(columns) == 1
        await desk.press("escape", "G", "enter")
        assert "+ set" in desk.text
        assert "+ locking_enabled" in desk.text
        assert desk.overflowing == []


async def test_long_and_hostile_values_wrap_and_can_be_scrolled_to(console: Open, services: Services) -> None:
    made = services.applications.create(NewApplication("billing-api", "w" * 500))
    services.applications.change(made.id, ApplicationChanges(description="before the end " * 33))
    plain_sql(services.desk.database, "UPDATE audit_events SET object = :text", text="[/]\x1b]52;c;QQ==\x07\u202e")
    async with console() as desk:
        await desk.press("A", "enter")
        assert desk.is_clean
        assert desk.overflowing == []
        assert "w" * 20 in desk.text
        assert "Esc close" not in desk.text
        await desk.press(*["pagedown"] * 3)
        assert "Esc close" in desk.text


@pytest.mark.usefixtures("week")
async def test_capital_v_says_whether_the_chain_holds_and_which_row_does_not_fit(
    console: Open, database: Database
) -> None:
    async with console() as desk:
        await desk.press("A", "V")
        assert desk.status == "The chain holds: all of its 5 rows fit each other."
        plain_sql(database, "UPDATE audit_events SET actor = 'mallory' WHERE id = 3")
        await desk.press("V")
        assert desk.status == "! Row 3 is the first that does not fit: altered, cut or reordered."
        plain_sql(database, "DELETE FROM audit_head")
        await desk.press("ctrl+r")
        await desk.until(lambda: "lost its head" in desk.status)
        assert "logon.refused" in desk.text


@pytest.mark.usefixtures("week")
async def test_method_and_reason_of_a_refused_logon_can_be_read_at_every_width(
    console: Open, database: Database
) -> None:
    said = "private_key_jwt: wrong signature, or unknown key"
    plain_sql(database, "UPDATE audit_events SET reason = :said WHERE reason IS NOT NULL", said=said)
    async with console(size=SPACIOUS) as desk:
        await desk.press("A")
        assert desk.lines[1].split() == ["When", "Who", "What", "Object", "Detail"]
        assert "billing-api           JWT: wrong signature, or unknown k…" in desk.marked
        await desk.resize(80, 24)
        assert desk.lines[1].split() == ["When", "Who", "What", "Object"]
        assert "billing-api · JWT: wrong" in desk.marked
        assert f"   {said} from 10.0.0.7" in desk.lines
        await desk.press("j")
        assert said not in desk.text
        await desk.press("escape", "enter", "3")
        assert "JWT: wrong signature,…" in desk.marked
        assert f"   {said} from 10.0.0.7" in desk.lines


async def test_an_activity_without_rows_offers_only_what_it_has(console: Open, services: Services) -> None:
    async with console() as desk:
        await desk.press("A")
        assert "Nothing has happened yet." in desk.text
        assert "Chain of 0 rows." in desk.text
        await desk.press("enter", "y", "s", "S")
        assert desk.screen == "ActivityScreen"
        await desk.press("V")
        assert desk.status == "The chain holds: all of its 0 rows fit each other."


async def test_client_id_of_an_application_that_is_gone_is_refused_in_a_sentence(
    console: Open, services: Services
) -> None:
    made = services.applications.create(NewApplication("billing-api"))
    services.applications.delete(made.id, made.name)
    async with console() as desk:
        await desk.press("A", "y")
        await desk.until(lambda: desk.status.startswith("! "))
        assert desk.sent == []
