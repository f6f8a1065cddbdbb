"""What operators set out to do with protected APIs: a dialog, a service call, a sentence about how it went."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.rules.endpoints import DEFAULT_ISSUER
from core.rules.errors import Refusal
from core.rules.gateways import wants_new_text
from core.rules.gateways.unasked import NOT_FOLLOWING, may_be_unasked
from core.rules.requests.apis import ApiChanges
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.apis import ApiView, CallerView, UpstreamStatus
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from tui.columns.apis import status_in_words
from tui.errands.asking import ask
from tui.facts.api_consequences import what_stops_without, what_unsubscribing_means
from tui.modals.application_chooser import ApplicationChooser
from tui.modals.confirm import Confirm

if TYPE_CHECKING:
    from tui.app import KeydeskApp

_MOST_FOUND = 40
"""Applications that a chooser lists at once; typing finds the others."""


def new_api(app: "KeydeskApp", opened: Callable[[ApiView], object]) -> None:
    """Protect an API; *opened* is called with it."""
    from tui.modals.api_forms import NewApiForm

    def made(api: ApiView | None) -> None:
        if api is not None:
            app.refresh_screens()
            opened(api)

    app.push_screen(NewApiForm(app.services.apis.create), made)


def edit_api(app: "KeydeskApp", api: ApiView) -> None:
    """Change how an API is protected."""
    from tui.modals.api_forms import EditApiForm

    def attempt(changes: ApiChanges) -> ApiView:
        return app.services.apis.change(api.id, changes)

    def changed(result: ApiView | None) -> None:
        if result is not None:
            app.tell(_saved(api, result))

    app.push_screen(EditApiForm(api, attempt), changed)


def _saved(before: ApiView, after: ApiView) -> str:
    if wants_new_text(before, after):
        return f"{after.name} is saved. Its gateway needs a new configuration: C."
    if may_be_unasked(before):
        return f"{after.name} is saved. {NOT_FOLLOWING}"
    return f"{after.name} is saved; it holds from the next call on."


def delete_api(app: "KeydeskApp", api: ApiView, callers: Sequence[CallerView]) -> None:
    """Ask, telling who still uses it, and delete."""
    ask(
        app,
        Confirm(f"Delete the API {api.name}?", what_stops_without(api, callers, app.now()), "Delete"),
        lambda: app.services.apis.delete(api.id),
        lambda _: app.tell(f"{api.name} is deleted: its gateway lets nobody in."),
    )


def ask_upstreams(
    app: "KeydeskApp", apis: Sequence[ApiView], told: Callable[[dict[str, UpstreamStatus]], object]
) -> None:
    """Ask their upstreams, beside everything else, and say how many are up; *told* is called with what is known."""

    def asked() -> dict[str, UpstreamStatus]:
        found = app.services.api_status.of_all(apis, unwanted=lambda: app.return_code is not None)
        return dict(zip((api.id for api in apis), found, strict=True))

    def done(found: dict[str, UpstreamStatus]) -> None:
        told(found)
        known = [status for status in found.values() if status.milliseconds is not None]
        up = sum(status.up for status in known)
        only = status_in_words(next(iter(found.values()))) if len(found) == 1 else f"{up:,} of {len(known):,} are up"
        app.say(f"{only}.", trouble=up < len(known))

    begun = app.calls.beside("upstreams", asked, done, app.tell_refusal)
    app.say("Asking …" if begun else "They are being asked: one moment.")


def choose_application(
    app: "KeydeskApp", title: str, told: Callable[[ApplicationView], str], chosen: Callable[[ApplicationView], object]
) -> None:
    """Let the operator choose an application; *told* is what stands beside each, *chosen* is called with one."""
    from core.applications.application_list import ApplicationOrder

    def search(text: str) -> Sequence[ApplicationView]:
        return app.services.application_list.start(ApplicationOrder(text), _MOST_FOUND).rows

    def answered(application: ApplicationView | None) -> None:
        if application is not None:
            chosen(application)

    app.push_screen(ApplicationChooser(title, search, told), answered)


def subscribe(
    app: "KeydeskApp", api: ApiView, callers: Sequence[CallerView], point_at: Callable[[str], object]
) -> None:
    """Choose an application and let it call an API; *point_at* is called with its id."""
    subscribed = {caller.application_id for caller in callers if caller.subscribed_at}

    def told(application: ApplicationView) -> str:
        return "subscribed" if application.id in subscribed else application.client_id[:8] + "…"

    def chosen(application: ApplicationView) -> None:
        def done(new: bool) -> None:
            point_at(application.id)
            app.tell(_subscribed(api, application.name, new=new))

        app.calls.write(lambda: app.services.subscriptions.add(api.id, application.id), done, app.tell_refusal)

    choose_application(app, f"Subscribe an application to {api.name}", told, chosen)


def unsubscribe(app: "KeydeskApp", api: ApiView, caller: CallerView) -> None:
    """Ask, and take a subscription away."""

    def done(was: bool) -> None:
        app.tell(f"{caller.application} {'is unsubscribed' if was else 'had no subscription'}.")

    facts = what_unsubscribing_means(api, caller, app.now())
    question = Confirm(f"Unsubscribe {caller.application} from {api.name}?", facts, "Unsubscribe")
    ask(app, question, lambda: app.services.subscriptions.remove(api.id, caller.application_id), done)


def _subscribed(api: ApiView, name: str, *, new: bool) -> str:
    if not new:
        return f"{name} had subscribed already."
    if not api.subscribed_only:
        return f"{name} is subscribed. {api.name} is open to every application, so it could call before."
    return f"{name} is subscribed: it may call {api.name} from now on."


def make_secret(
    app: "KeydeskApp", client_id: str, take: Callable[[str], object], refused: Callable[[Refusal], object]
) -> None:
    """Make a secret for the application with this client ID, show it once, and then hand its value to *take*."""
    from tui.modals.issued_secret import IssuedSecretModal
    from tui.modals.secret_form import NewSecretForm

    def ask(application: ApplicationView) -> None:
        issuer, kept = DEFAULT_ISSUER, list[str]()

        def attempt(asked: NewSecret) -> IssuedSecret:
            nonlocal issuer
            issuer = app.services.trial.issuer()  # before the change: nothing may come between it and what it shows
            return app.services.client_secrets.add(application.id, asked)

        def closed(_: None) -> None:
            take(kept.pop())  # a closed screen holds this function, and must not hold the value

        def shown(issued: IssuedSecret | None) -> None:
            if issued is not None:
                kept.append(issued.value)
                app.push_screen(IssuedSecretModal(issued, application.name, issuer), closed)

        app.push_screen(NewSecretForm(application, attempt), shown)

    app.calls.keeping.put(lambda: app.services.applications.resolve(client_id), ask, refused)
