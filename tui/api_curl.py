"""The command by which anybody makes a call of an API again with curl: the secret is left to the shell."""

from shlex import quote

from core.rules.apis import Place
from core.rules.invocations import Credential, Invocation, with_query

_WIDTH = 72
_METHODS = {"GET": (), "HEAD": ("-I",)}


def call_command(call: Invocation, secret: Credential | None) -> str:
    """Return the lines that send *call*, in which no secret stands, with *secret* from a variable of the shell.

    curl takes the secret from its standard input, because the process list shows arguments.
    """
    headers = [f"-H {quote(f'{name}: {value}')}" for name, value in call.headers]
    body = [] if call.content is None else [f"--data-binary {quote(call.content.decode(errors='replace'))}"]
    words = ["curl -i", *_METHODS.get(call.method, (f"-X {call.method}",)), *headers, *body]
    if secret is None:
        return _broken([*words, quote(call.url)])
    if secret.at.place is Place.HEADER:
        words, option = [*words, "-K-", quote(call.url)], f'header = "{secret.at.name}: {secret.prefix}VALUE"'
    else:
        url = with_query(call.url, f"{secret.at.name}=")
        words, option = [*words, "-K-"], 'url = "{}VALUE"'.format(url.replace("\\", "\\\\").replace('"', '\\"'))
    return f'printf {quote(_form(option))} "${secret.variable}" |\n{_broken(words)}'


def _broken(words: list[str]) -> str:
    """Return a command in lines that fit a screen of 80 columns, as far as its words do."""
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= _WIDTH:
            lines[-1] += f" {word}"
        else:
            lines.append(f"  {word}")
    return " \\\n".join(lines)


def _form(option: str) -> str:
    """Return a line of curl's configuration as a format of printf, which reads % and backslashes."""
    before, _, after = option.rpartition("VALUE")
    before, after = (part.replace("\\", "\\\\").replace("%", "%%") for part in (before, after))
    return f"{before}%s{after}\\n"
