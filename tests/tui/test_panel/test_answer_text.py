"""JSON in colours keeps every token as it was spelt; a command for curl is one word where a value is one."""

import json
import shlex
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.rules.invocations import Invocation
from tui.test_panel.curl import call_command
from tui.test_panel.json_colours import json_lines

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def drawn(text: str) -> list[str]:
    lines = json_lines(text)
    assert lines is not None
    return [line.plain for line in lines]


def test_json_is_laid_out_by_its_own_tokens() -> None:
    told = '{"a": [1, 2.50, {}], "a":"b:{,}","n":[ ],"t":true}'
    assert drawn(told) == [
        *(
            "{",
            '  "a": [',
            "    1,",
            "    2.50,",
            "    {}",
            "  ],",
            '  "a": "b:{,}",',
            '  "n": [],',
            '  "t": true',
            "}",
        ),
    ]
    assert drawn(' "alone" ') == ['"alone"']
    assert [json_lines(text) for text in ("", "<html>", '{"a":', "[" * 100_000)] == [None] * 4


@given(JSON)
def test_nothing_is_lost_between_the_lines(value: object) -> None:
    assert json.loads("".join(drawn(json.dumps(value)))) == value


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1))
def test_what_was_typed_stays_one_word_for_the_shell(text: str) -> None:
    call = Invocation("POST", "http://127.0.0.1/a?b=%20&c", (("X-A", text),), text.encode())
    for more in ((), (("X-Key", "\0CLIENT_SECRET\0"),)):
        words = shlex.split(call_command(replace(call, headers=(*call.headers, *more))))
        assert words[-1] == call.url
        assert [f"X-A: {text}", text] == [words[words.index(option) + 1] for option in ("-H", "--data-raw")]


def test_a_secret_in_the_query_goes_into_the_configuration_with_its_url() -> None:
    command = call_command(Invocation("HEAD", 'http://127.0.0.1/a?b=%20"\\&key=\0CLIENT_SECRET\0'))
    assert command == (
        'printf \'url = "http://127.0.0.1/a?b=%%20\\\\"\\\\\\\\&key=%s"\\n\' "$CLIENT_SECRET" |\ncurl -i -I -K-'
    )
