"""Two looks: dark, in colours of our own, and ansi, in those of the terminal (and in none under NO_COLOR)."""

from dataclasses import dataclass

from textual.theme import Theme

DARK = Theme(
    name="keydesk-dark",
    primary="#7aa2c8",
    secondary="#7aa2c8",
    accent="#8fb8de",
    foreground="#d5d9de",
    background="#14171b",
    surface="#1a1e23",
    panel="#22272e",
    success="#8fbc8f",
    warning="#d9b36c",
    error="#e08080",
    dark=True,
    variables={
        "block-cursor-background": "#2f4a63",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "bold",
        "input-cursor-foreground": "#14171b",
        "input-cursor-background": "#d5d9de",
        "input-cursor-text-style": "none",
        "border": "#7aa2c8",
        "border-blurred": "#3a424c",
        "text-muted": "#8b939d",
    },
)

ANSI = Theme(
    name="keydesk-ansi",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_cyan",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    dark=True,
    variables={
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-background": "ansi_default",
        "block-cursor-text-style": "reverse",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-background": "ansi_default",
        "input-cursor-text-style": "reverse",
        "border": "ansi_default",
        "border-blurred": "ansi_default",
    },
)

THEMES = (DARK, ANSI)


@dataclass(frozen=True, slots=True)
class Look:
    """How the console is drawn: `theme` is *dark* or *ansi*; `colour` is off under NO_COLOR."""

    theme: str = "dark"
    colour: bool = True

    @property
    def drawn_in(self) -> str:
        """The name of the theme of Textual's."""
        return DARK.name if self.theme == "dark" and self.colour else ANSI.name


USUAL = Look()
