"""Adding a certificate (pasted, from a file, generated) and giving it another description."""

import re
from collections.abc import Callable
from pathlib import Path

from textual.app import ComposeResult
from textual.widgets import Static

from core.rules.errors import Refusal
from core.rules.limits import CERTIFICATE_FILE_BYTES, COMMON_NAME_LENGTH, PKCS12_PASSWORD_LENGTH
from core.rules.private_keys import KEY_IN_IT, WITHOUT_KEY, holds_private_key
from core.rules.requests.certificates import NewCertificate
from core.rules.views.applications import ApplicationView
from core.rules.views.certificates import CertificateView
from tui.columns.certificates import named
from tui.drawing.forget import forget_drawn_text
from tui.errands.certificates import Pasted, ToGenerate
from tui.modals.form import Field, FormDialog
from tui.widgets.text_box import TextBox
from tui.widgets.text_field import TextField

_UNFIT_FOR_A_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class PasteCertificateForm(FormDialog[CertificateView]):
    """Takes a certificate in PEM, pasted as a whole."""

    SUBMIT = "Add certificate"
    FOOT = "Enter add   Tab next field   Esc cancel"

    def __init__(self, application: ApplicationView, attempt: Callable[[Pasted], CertificateView]) -> None:
        super().__init__(attempt)
        self.application: ApplicationView = application

    def title_text(self) -> str:
        """Name the application."""
        return f"Paste a certificate for {self.application.name}"

    def fields(self) -> ComposeResult:
        """The certificate, without its key, and what it is called."""
        box = TextBox(id="certificate", placeholder="-----BEGIN CERTIFICATE-----", most=CERTIFICATE_FILE_BYTES + 1)
        yield Field("certificate", "Certificate", box)
        yield Field("description", "Description", TextField(id="description", placeholder="optional"))

    def on_text_box_submitted(self, _event: TextBox.Submitted) -> None:
        """Enter in the certificate submits, too."""
        self.action_submit()

    def on_text_box_pasted(self, _event: TextBox.Pasted) -> None:
        """Leave no private key on the screen."""
        if holds_private_key(self.query_one(TextBox).text):
            self.show_refusal(self._emptied())

    def request(self) -> Pasted:
        """Return what was pasted; one that came key by key is complete only now."""
        text = self.query_one(TextBox).text
        if holds_private_key(text):
            raise self._emptied()
        return Pasted(text, self.typed("description"))

    def _emptied(self) -> Refusal:
        """Take a private key from the screen, and return what is to be said."""
        self.query_one(TextBox).load_text("")
        forget_drawn_text()
        return Refusal(f"{KEY_IN_IT}The field is empty again. {WITHOUT_KEY}", field="certificate")


class CertificateFileForm(FormDialog[CertificateView]):
    """Takes the path of a certificate on this machine."""

    SUBMIT = "Add certificate"
    FOOT = "Enter add   Tab next field   Esc cancel"

    def __init__(self, application: ApplicationView, attempt: Callable[[Pasted], CertificateView]) -> None:
        super().__init__(attempt)
        self.application: ApplicationView = application

    def title_text(self) -> str:
        """Name the application."""
        return f"Add a certificate from a file to {self.application.name}"

    def fields(self) -> ComposeResult:
        """Where it is, and what it is called."""
        yield Field("file", "File", TextField(id="file", placeholder="its path: .pem, .crt, .cer"))
        yield Field("description", "Description", TextField(id="description", placeholder="optional"))

    def request(self) -> Pasted:
        """Return the path, with the home directory in place of its sign."""
        return Pasted(str(path_of(self.typed("file"))), self.typed("description"))

    def show_refusal(self, refusal: Refusal | None) -> None:
        """What is wrong with the certificate is wrong with the file."""
        super().show_refusal(at_field(refusal, "file") if refusal and refusal.field == "certificate" else refusal)


class GenerateCertificateForm(FormDialog[CertificateView]):
    """Asks for what is needed to generate a certificate with its key."""

    SUBMIT = "Generate"
    FOOT = "Enter generate   Tab next field   Esc cancel"

    def __init__(
        self, application: ApplicationView, directory: Path, attempt: Callable[[ToGenerate], CertificateView]
    ) -> None:
        super().__init__(attempt)
        self.application: ApplicationView = application
        self._directory = directory

    def title_text(self) -> str:
        """Name the application."""
        return f"Generate a certificate for {self.application.name}"

    def fields(self) -> ComposeResult:
        """Whose it is, the password twice, the file, and what it is called."""
        name = self.application.name
        yield Static("Self-signed, for a year, with its key in one PKCS #12 file.", classes="gap", markup=False)
        common_name = TextField(id="common_name", placeholder=f"1 to {COMMON_NAME_LENGTH} characters, as in CN=…")
        yield Field("common_name", "Common name", common_name)
        allowed = f"{PKCS12_PASSWORD_LENGTH[0]} to {PKCS12_PASSWORD_LENGTH[-1]} characters"
        yield Field("password", "Password", TextField(id="password", password=True, placeholder=allowed))
        yield Field("again", "Once more", TextField(id="again", password=True, placeholder="the same password"))
        yield Field("file", "New file", TextField(str(self._directory / file_name(name)), id="file"))
        yield Field("description", "Description", TextField(id="description", placeholder="optional"))

    def request(self) -> ToGenerate:
        """Return what was asked for; the two passwords are the same."""
        asked = NewCertificate(self.typed("common_name"), self.typed("password"), self.typed("description"))
        if self.typed("again") != self.typed("password"):
            raise Refusal("The two passwords differ: type the same one twice.", field="again")
        return ToGenerate(asked, path_of(self.typed("file")))

    def show_refusal(self, refusal: Refusal | None) -> None:
        """What names no field is about the file, whose path its sentence begins with."""
        path = self.typed("file").strip()
        about_file = refusal is not None and refusal.field is None and bool(path) and path in refusal.sentence
        super().show_refusal(at_field(refusal, "file") if refusal and about_file else refusal)


class DescribeCertificateForm(FormDialog[CertificateView]):
    """Changes the description, which is all that can be changed."""

    def __init__(
        self, application: ApplicationView, row: CertificateView, attempt: Callable[[str], CertificateView]
    ) -> None:
        super().__init__(attempt)
        self.application = application
        self._row = row

    def title_text(self) -> str:
        """Name the certificate."""
        return f"Edit the certificate {named(self._row)}"

    def fields(self) -> ComposeResult:
        """The description."""
        description = TextField(self._row.description or "", id="description", placeholder="optional")
        yield Field("description", "Description", description)

    def request(self) -> str:
        """Return the description."""
        return self.typed("description")


def file_name(application: str) -> str:
    """Return a name for a PKCS #12 file that every system takes, made from an application's."""
    return f"{_UNFIT_FOR_A_FILE_NAME.sub('-', application)[:60].strip('-.') or 'certificate'}.p12"


def path_of(text: str) -> Path:
    """Return the path that was typed; raises `Refusal` where there is none."""
    if not text.strip():
        raise Refusal("Give the path of a file.", field="file")
    try:
        return Path(text.strip()).expanduser().absolute()
    except (RuntimeError, ValueError, OSError):
        raise Refusal("There is no such home directory: give the whole path.", field="file") from None


def at_field(refusal: Refusal, field: str) -> Refusal:
    """Return a refusal at another field."""
    return Refusal(refusal.sentence, field=field)
