"""The options of the console and of the server: read by hand, and every other line by typer."""

import pytest
import typer

from keydesk.commands.app import app
from keydesk.options import GlobalOptions, ServeOptions, Theme, console_options, serve_options

SERVE = typer.main.get_command(app).commands["serve"]


@pytest.mark.parametrize(
    ("argv", "options"),
    [
        ([], GlobalOptions()),
        (["--demo"], GlobalOptions(demo=True)),
        (["--no-mouse", "--theme", "ansi"], GlobalOptions(no_mouse=True, theme=Theme.ANSI)),
        (["--theme=dark", "--database=a=b"], GlobalOptions(database="a=b", theme=Theme.DARK)),
        (["--database", "x", "--database", "y"], GlobalOptions(database="y")),
    ],
)
def test_a_line_of_global_options_opens_the_console(argv: list[str], options: GlobalOptions) -> None:
    assert console_options(argv) == options


@pytest.mark.parametrize(
    "argv",
    [
        ["--help"],
        ["--version"],
        ["doctor"],
        ["--demo", "application", "list"],
        ["--database"],
        ["--database="],
        ["--database", "--demo"],
        ["--theme", "neon"],
        ["--theme"],
        ["--demo=yes"],
        ["--demo", "--database", "x"],
        ["--colour"],
        ["--"],
        [""],
    ],
)
def test_every_other_line_is_left_to_typer(argv: list[str]) -> None:
    assert console_options(argv) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], []),
        (["--database", "serve", "--no-mouse"], []),
        (["--demo"], ["--log-json", "--host", "::1", "--port", "0"]),
        ([], ["--port=08400", "--issuer=https://login.example/a=b", "--log-json", "--log-json"]),
        ([], ["--sample", "--port", "0"]),
        ([], ["--host", "a", "--port", "1", "--host", "b", "--port", "65535"]),
    ],
)
def test_a_line_that_starts_the_server_is_read_as_typer_reads_it(before: list[str], after: list[str]) -> None:
    by_typer = SERVE.make_context("serve", list(after)).params
    assert serve_options([*before, "serve", *after]) == (console_options(before), ServeOptions(**by_typer))


def test_each_option_of_the_command_is_known_here() -> None:
    assert {parameter.name for parameter in SERVE.params} == set(ServeOptions.__dataclass_fields__)
    for option in ("--host=x", "--port=1", "--issuer=x", "--log-json", "--sample"):
        assert serve_options(["serve", option]) is not None


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["doctor"],
        ["serve", "--help"],
        ["serve", "serve"],
        ["serve", "--demo"],
        ["--log-json", "serve"],
        ["serve", "--host"],
        ["serve", "--host="],
        ["serve", "--issuer", "--log-json"],
        ["serve", "--log-json=yes"],
        ["serve", "--port", "65536"],
        ["serve", "--port", "-1"],
        ["serve", "--port", "http"],
        ["serve", "--port", "\N{SUPERSCRIPT TWO}"],
        ["--demo", "--database", "x", "serve"],
        ["serve", "--"],
    ],
)
def test_every_other_line_with_serve_is_left_to_typer(argv: list[str]) -> None:
    assert serve_options(argv) is None


def test_the_repr_keeps_a_password_of_the_url() -> None:
    assert "geheim" not in repr(GlobalOptions(database="postgresql://keydesk:geheim@db/keydesk"))
