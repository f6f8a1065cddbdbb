import pytest

from tests.tui.widgets.table.stage import Item, items
from tui.widgets.table import After, Around, Ask, At, Before, End, ListSource, Start
from tui.widgets.table.source import Where

ROWS = items(10)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Start(), ROWS[:4]),
        (End(), ROWS[6:]),
        (After(ROWS[3]), ROWS[4:8]),
        (After(ROWS[9]), []),
        (Before(ROWS[6]), ROWS[2:6]),
        (Before(ROWS[2]), ROWS[:2]),
        (At(5), ROWS[5:9]),
        (At(50), []),
        (Around(ROWS[5], 5), ROWS[3:7]),
        (Around(ROWS[0], 0), ROWS[:4]),
    ],
)
async def test_rows_at_hand_answer_every_ask(where: Where[Item], expected: list[Item]) -> None:
    page = await ListSource(ROWS).page(Ask(where, 4))
    assert (list(page.rows), page.total) == (expected, 10)
