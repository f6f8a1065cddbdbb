"""`keydesk doctor`: the findings as lines, or as JSON."""

import typer

from core.rules.text import shown
from keydesk.commands.documents import write_array
from keydesk.commands.invocation import AsJson, invocation_of
from keydesk.doctor import Finding, Level, Terminal, examine
from keydesk.exits import DONE, REFUSED, UNFIT_PLACE, WrongUsage
from keydesk.streams import narrate, write

_INDENT = " " * 9


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Say what is wrong here, and what to do.

    Exit code 1 when there is a problem, 3 when keydesk cannot work with this database at all.
    """
    invocation = invocation_of(context)
    if invocation.options.demo:
        raise WrongUsage("The demo's database is gone when its command ends; leave out --demo.")
    findings = list(examine(invocation.options, invocation.environ, Terminal.of_this_process()))
    if as_json:
        write_array(map(_shape, findings))
    else:
        for finding in findings:
            write(_lines(finding))
    problems = sum(finding.level is Level.PROBLEM for finding in findings)
    warnings = sum(finding.level is Level.WARNING for finding in findings)
    narrate(f"{_counted(problems, 'problem')}, {_counted(warnings, 'warning')}.")
    raise typer.Exit(_exit_code(findings))


def _exit_code(findings: list[Finding]) -> int:
    if any(finding.unfit for finding in findings):
        return UNFIT_PLACE
    return REFUSED if any(finding.level is Level.PROBLEM for finding in findings) else DONE


def _lines(finding: Finding) -> str:
    line = f"{finding.level:8} {finding.subject}: {shown(finding.what)}\n"
    return f"{line}{_INDENT}{shown(finding.remedy)}\n" if finding.remedy else line


def _shape(finding: Finding) -> dict[str, str | None]:
    return {
        "subject": finding.subject,
        "state": finding.level,
        "what": finding.what,
        "remedy": finding.remedy or None,
    }


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
