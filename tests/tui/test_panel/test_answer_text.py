"""JSON in colours keeps every token as it was spelt; a command for curl is one word where a value is one."""

import json
import shlex
from dataclasses import replace
from time import thread_time

from hypothesis import given
from hypothesis import strategies as st

from core.apis.invoking import Answer
from core.rules.invocations import Invocation
from tui.test_panel.answer_text import body_lines, header_lines
from tui.test_panel.curl import call_command
from tui.test_panel.json_colours import json_lines

MANY = 100_000
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def drawn(text: str) -> list[str]:
    found = json_lines(text, MANY, MANY)
    assert found is not None
    lines, more = found
    assert not more
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
    assert [json_lines(text, MANY, MANY) for text in ("", "<html>", '{"a":', "[" * 100_000)] == [None] * 4


@given(JSON)
def test_nothing_is_lost_between_the_lines(value: object) -> None:
    assert json.loads("".join(drawn(json.dumps(value)))) == value


def body(content: bytes) -> list[str]:
    return [line.plain for line in body_lines(Answer(200, (), content, None, 1.0))]


def test_only_what_is_drawn_of_a_large_body_is_laid_out_and_the_rest_is_counted() -> None:
    large = b"[" + b",".join([b"1"] * 32_000) + b"]"
    took = []
    for _ in range(3):
        begun = thread_time()
        lines = body(large)
        took.append(thread_time() - begun)
    assert [len(lines), lines[0], lines[399], lines[400]] == [401, "[", "  1,", "… and 31,602 more lines."]
    assert min(took) < 0.2, "seconds in which the console takes no key"
    assert body(b"\n" * 60_000)[400:] == ["… and 59,600 more lines."]


def test_a_line_of_a_body_is_cut_whether_it_is_json_or_not() -> None:
    letters = "a" * 60_000
    cut = " … and 58,000 more characters"
    assert body(letters.encode()) == [letters[:2000] + cut]
    assert body(f'{{"{letters}": "{letters}"}}'.encode())[1] == (
        f'  "{letters[:1999]} … and 58,002 more characters: "{letters[:1999]} … and 58,002 more characters'
    )
    (field,) = header_lines(Answer(200, (("X-A", letters),), b"", None, 1.0))
    assert field.plain == f"X-A: {letters[:2000]}{cut}"


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
