"""`keydesk certificate`: add, list, describe, delete, generate. A password comes in by stdin or a file only."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from core.certificates.files import MOST, generate_into, read_file
from core.rules.errors import PartlyRead
from core.rules.limits import CERTIFICATES_PER_APPLICATION, COMMON_NAME_LENGTH, PKCS12_PASSWORD_LENGTH
from core.rules.requests.certificates import NewCertificate
from core.rules.views.certificates import CertificateView
from keydesk.commands.documents import write_document
from keydesk.commands.invocation import App, AsJson, noun, on_application
from keydesk.commands.lists import write_list
from keydesk.commands.shapes.certificates import certificate_shape
from keydesk.commands.tables import local, write_fields
from keydesk.exits import WrongUsage
from keydesk.streams import narrate, read_bytes, read_secret

_STDIN = Path("-")
_HEADINGS = ("Id", "Thumbprint", "Description", "Subject", "Expires", "Days left", "Last used", "From", "State")

app = noun("Certificates: client authentication without a shared secret.")

Id = Annotated[
    str,
    typer.Argument(metavar="ID", help="Its id, or how its thumbprint begins, 8 digits or more.", show_default=False),
]
Description = Annotated[str | None, typer.Option(metavar="TEXT", help="Whose it is or where it is kept.")]


@app.command("add")
def add(
    context: typer.Context,
    app: App,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The certificate, in PEM or DER; - reads stdin.", show_default=False)
    ],
    *,
    description: Description = None,
    as_json: AsJson = False,
) -> None:
    """Let an application authenticate by a certificate.

    Give the certificate alone: a file with a private key in it is refused.
    """
    data = read_bytes(MOST) if file == _STDIN else read_file(file)
    with on_application(context, app) as (services, application):
        view = services.certificates.add(application.id, data, description)
    _write(view, as_json=as_json)


@app.command("list")
def list_(context: typer.Context, app: App, as_json: AsJson = False) -> None:
    """List the certificates of an application, newest first."""
    with on_application(context, app) as (services, application):
        try:
            _write_list(services.certificates.list(application.id), as_json=as_json)
        except PartlyRead as partly:
            _write_list(partly.views, len(partly.hints), as_json=as_json)
            raise


def _write_list(views: Sequence[CertificateView], unreadable: int = 0, *, as_json: bool) -> None:
    count = f"{len(views) + unreadable} of {CERTIFICATES_PER_APPLICATION} certificates."
    write_list(views, certificate_shape, _HEADINGS, _row, count, as_json=as_json)


@app.command("describe")
def describe(
    context: typer.Context,
    app: App,
    certificate: Id,
    *,
    description: Annotated[str, typer.Option(metavar="TEXT", help="Empty takes it away.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Change the description of a certificate."""
    with on_application(context, app) as (services, application):
        named = services.certificates.resolve(application.id, certificate)
        view = services.certificates.describe(application.id, named.id, description)
    _write(view, as_json=as_json)


@app.command("delete")
def delete(context: typer.Context, app: App, certificate: Id, as_json: AsJson = False) -> None:
    """Delete a certificate at once and for good."""
    with on_application(context, app) as (services, application):
        named = services.certificates.resolve(application.id, certificate)
        view = services.certificates.delete(application.id, named.id)
    if as_json:
        write_document(certificate_shape(view))
    narrate(f"Deleted the certificate {view.hint} of “{application.name}”.")


@app.command("generate")
def generate(
    context: typer.Context,
    app: App,
    *,
    common_name: Annotated[
        str, typer.Option("--common-name", metavar="CN", help=f"1 to {COMMON_NAME_LENGTH} characters.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The new PKCS #12 file (.p12).")],
    password_file: Annotated[
        Path | None, typer.Option("--password-file", metavar="FILE", help="Its first line is the password.")
    ] = None,
    description: Description = None,
    as_json: AsJson = False,
) -> None:
    """Make a self-signed certificate for a year, and write it with its key to a new file.

    The password of that file is read from stdin, or from --password-file; the key is nowhere else.
    """
    if str(out) == "-":
        raise WrongUsage("--out names a new file: the key would stand on the terminal otherwise.")
    allowed = PKCS12_PASSWORD_LENGTH
    prompt = f"Password of the file, {allowed[0]} to {allowed[-1]} characters"
    password = read_secret(prompt, "password") if password_file is None else _first_line(password_file)
    asked = NewCertificate(common_name, password, description)
    with on_application(context, app) as (services, application):
        view = generate_into(out, services.certificates, application.id, asked)
    _write(view, as_json=as_json)
    narrate(f"{out} holds the certificate and its private key, under the password; the key is nowhere else.")


def _first_line(file: Path) -> str:
    return read_file(file).split(b"\n", 1)[0].decode(errors="replace").rstrip("\r")


def _row(view: CertificateView) -> tuple[str | None, ...]:
    return (
        view.id,
        view.hint,
        view.description,
        view.subject,
        local(view.not_after),
        str(view.days_left),
        local(view.last_used_at) or "never",
        view.last_used_from,
        view.state,
    )


def _write(view: CertificateView, *, as_json: bool) -> None:
    if as_json:
        write_document(certificate_shape(view))
        return
    write_fields(
        (
            ("Subject", view.subject),
            ("Issuer", view.issuer),
            ("Serial", view.serial),
            ("Thumbprint", view.thumbprint),
            ("Description", view.description),
            ("Valid from", local(view.not_before)),
            ("Valid to", local(view.not_after)),
            ("Days left", str(view.days_left)),
            ("State", view.state),
            ("Created", local(view.created_at)),
            ("By", view.created_by),
            ("Last used", local(view.last_used_at) or "never"),
            ("From", view.last_used_from),
            ("Id", view.id),
        )
    )
