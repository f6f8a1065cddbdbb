"""What was proved is found again; the memory is bounded and holds no text that could be used elsewhere."""

import gc
import os

from core.authentication.remembered import Remembered


def test_what_was_proved_is_found_by_the_same_text_only() -> None:
    memory: Remembered[str] = Remembered(os.urandom, 10)
    memory.keep("value", "row")
    assert memory.recall("value") == "row"
    assert memory.recall("valuE") is None


def test_the_longest_unused_goes_first() -> None:
    memory: Remembered[int] = Remembered(os.urandom, 2)
    memory.keep("a", 1)
    memory.keep("b", 2)
    memory.recall("a")
    memory.keep("c", 3)
    assert [memory.recall(text) for text in "abc"] == [1, None, 3]


def test_text_that_no_encoding_takes_is_remembered_too() -> None:
    memory: Remembered[str] = Remembered(os.urandom, 2)
    memory.keep("\udcff", "row")
    assert memory.recall("\udcff") == "row"


def test_the_memory_holds_no_text() -> None:
    memory: Remembered[str] = Remembered(os.urandom, 10)
    memory.keep("".join(["confi", "dential"]), "row")
    gc.collect()
    assert not [found for found in gc.get_referents(memory.__dict__, memory._kept) if "confidential" in str(found)]
