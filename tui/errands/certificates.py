"""What operators set out to do with certificates: a dialog, a service call, a sentence about how it went."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from core.rules.requests.certificates import NewCertificate
from core.rules.views.applications import ApplicationView
from core.rules.views.certificates import CertificateView
from tui.columns.certificates import named
from tui.errands.asking import ask
from tui.facts.consequences import what_stops_with_certificate
from tui.facts.credentials import certificate_facts
from tui.modals.confirm import Confirm
from tui.modals.details import Details
from tui.modals.ways import Ways

if TYPE_CHECKING:
    from tui.app import KeydeskApp

PointAt = Callable[[CertificateView], object]


class Way(StrEnum):
    """How a certificate comes here, as the chooser words it."""

    PASTE = "Paste it (PEM)"
    FILE = "From a file on this machine (PEM or DER)"
    GENERATE = "Generate one, with its key in a .p12 file"


@dataclass(frozen=True, slots=True)
class Pasted:
    """A certificate as it was pasted, or the path where it is, and what it is called."""

    source: str
    description: str


@dataclass(frozen=True, slots=True)
class ToGenerate:
    """What to generate, and into which file."""

    asked: NewCertificate
    target: Path


def new_certificate(app: "KeydeskApp", application: ApplicationView, point_at: PointAt) -> None:
    """Ask which way, then for the certificate; *point_at* is called with it, so that the cursor stands on it."""

    def chosen(way: str | None) -> None:
        if way is not None:
            _FORMS[Way(way)](app, application, point_at)

    app.push_screen(Ways(application, f"Add a certificate to {application.name}", list(Way)), chosen)


def _paste(app: "KeydeskApp", application: ApplicationView, point_at: PointAt) -> None:
    from tui.modals.certificate_forms import PasteCertificateForm

    def attempt(pasted: Pasted) -> CertificateView:
        return app.services.certificates.add(application.id, pasted.source.encode(), pasted.description)

    app.push_screen(PasteCertificateForm(application, attempt), lambda added: _added(app, added, point_at))


def _from_file(app: "KeydeskApp", application: ApplicationView, point_at: PointAt) -> None:
    from tui.modals.certificate_forms import CertificateFileForm

    def attempt(asked: Pasted) -> CertificateView:
        from core.certificates.files import read_file

        data = read_file(Path(asked.source))
        return app.services.certificates.add(application.id, data, asked.description)

    app.push_screen(CertificateFileForm(application, attempt), lambda added: _added(app, added, point_at))


def _added(app: "KeydeskApp", added: CertificateView | None, point_at: PointAt) -> None:
    if added is not None:
        point_at(added)
        app.tell(f"The certificate {named(added)} is added: {added.state}.")


def _generate(app: "KeydeskApp", application: ApplicationView, point_at: PointAt) -> None:
    from tui.modals.certificate_forms import GenerateCertificateForm

    target = Path()

    def attempt(wanted: ToGenerate) -> CertificateView:
        from core.certificates.files import generate_into

        nonlocal target
        target = wanted.target
        return generate_into(target, app.services.certificates, application.id, wanted.asked)

    def made(view: CertificateView | None) -> None:
        if view is None:
            return
        point_at(view)
        facts = [
            ("File", str(target)),
            ("", "It holds the private key, under the password; only you can read it. The key is nowhere else."),
        ]
        below = [("SHA-256 thumbprint", view.thumbprint)]
        told = Details(
            application, "The certificate is generated", [*facts, *certificate_facts(view, app.now())], below=below
        )
        app.push_screen(told, lambda _: app.tell(f"The certificate {named(view)} is added: {view.state}."))

    directory = next(iter(app.directories()), Path())
    app.push_screen(GenerateCertificateForm(application, directory, attempt), made)


_FORMS: dict[Way, Callable[["KeydeskApp", ApplicationView, PointAt], None]] = {
    Way.PASTE: _paste,
    Way.FILE: _from_file,
    Way.GENERATE: _generate,
}


def edit_certificate(app: "KeydeskApp", application: ApplicationView, row: CertificateView) -> None:
    """Give a certificate another description."""
    from tui.modals.certificate_forms import DescribeCertificateForm

    def attempt(description: str) -> CertificateView:
        return app.services.certificates.describe(application.id, row.id, description)

    def described(result: CertificateView | None) -> None:
        if result is not None:
            app.tell(f"The certificate {named(result)} is saved.")

    app.push_screen(DescribeCertificateForm(application, row, attempt), described)


def delete_certificate(
    app: "KeydeskApp", application: ApplicationView, row: CertificateView, every: Sequence[CertificateView]
) -> None:
    """Ask, telling what will stop, and delete; *every* is what the application has of them."""
    facts = what_stops_with_certificate(application, row, every, app.now())
    ask(
        app,
        Confirm(f"Delete the certificate {named(row)}?", facts, "Delete", application),
        lambda: app.services.certificates.delete(application.id, row.id),
        lambda _: app.tell(f"The certificate {named(row)} is deleted."),
    )
