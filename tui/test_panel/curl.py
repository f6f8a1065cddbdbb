"""The command by which anybody makes a call of an API again with curl: secrets are left to the shell."""

import re
from shlex import quote

from core.rules.covering import HIDDEN
from core.rules.invocations import Invocation

_WIDTH = 72
_METHODS = {"GET": (), "HEAD": ("-I",)}
_READ_BY_CURL = re.compile(r"[{}\[\]]")
_RESOLVED_BY_CURL = re.compile(r"/(?:\.|%2e)", re.IGNORECASE)


def call_command(call: Invocation) -> str:
    """Return the lines that send *call*, in which each secret is hidden, with them from variables of the shell.

    curl takes secrets from its standard input, because the process list shows arguments.
    """
    options = [f"header = {_quoted(_field(*each))}" for each in call.headers if HIDDEN.search(each[1])]
    headers = [f"-H {quote(_field(*each))}" for each in call.headers if not HIDDEN.search(each[1])]
    content = [] if call.content is None else [call.content.decode(errors="replace")]
    options += [f"data-raw = {_quoted(body)}" for body in content if HIDDEN.search(body)]
    body = [f"--data-raw {quote(body)}" for body in content if not HIDDEN.search(body)]
    url = [quote(call.url)]
    if HIDDEN.search(call.url):
        options, url = [*options, f"url = {_quoted(call.url)}"], []
    words = ["curl -i", *_way(call), *headers, *body, *(["-K-"] if options else []), *url]
    if not options:
        return _broken(words)
    variables = [_variable(*found.groups()) for option in options for found in HIDDEN.finditer(option)]
    form = "".join(f"{_form(option)}\\n" for option in options)
    return f"printf {quote(form)} {' '.join(variables)} |\n{_broken(words)}"


def _way(call: Invocation) -> tuple[str, ...]:
    """Return the options without which curl would ask for something else."""
    usual = _METHODS.get(call.method) if call.content is None else None
    method = (f"-X {call.method}",) if usual is None else usual
    literal = ("-g",) if _READ_BY_CURL.search(call.url) else ()
    return (*method, *literal, *(("--path-as-is",) if _RESOLVED_BY_CURL.search(call.url) else ()))


def _field(name: str, value: str) -> str:
    """Return a header field as curl wants it, which leaves `Name:` away."""
    return f"{name}: {value}" if value else f"{name};"


def _quoted(text: str) -> str:
    """Return a text as curl's configuration reads it, on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r") + '"'


def _variable(name: str, has_quotes: str) -> str:
    """Return a variable for the shell to fill in, what is special in curl's configuration escaped there."""
    escaped = f"""$(printf %s "${name}" | sed 's/["\\]/\\\\&/g')"""
    return f'"{escaped}"' if has_quotes else f'"${name}"'


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
    return HIDDEN.sub("%s", option.replace("\\", "\\\\").replace("%", "%%"))
