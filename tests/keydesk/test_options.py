"""The options before a subcommand: read by hand for the console, and by typer for everything else."""

import pytest

from keydesk.options import GlobalOptions, Theme, console_options


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


def test_the_repr_keeps_a_password_of_the_url() -> None:
    assert "geheim" not in repr(GlobalOptions(database="postgresql://keydesk:geheim@db/keydesk"))
