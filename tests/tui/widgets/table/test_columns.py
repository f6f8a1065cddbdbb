from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.widgets.table.test_fit import texts
from tui.widgets.table import Cell, Column, Flexible, Sort
from tui.widgets.table.columns import EDGE, LEAD, lay_out

Row = str


def column(key: str, width: int | Flexible, from_width: int = 0) -> Column[Row]:
    return Column(key, key.title(), width, Cell, from_width=from_width)


def text_of(cells: list[Cell]) -> str:
    return "".join(cell.text for cell in cells)


flexibles = st.builds(Flexible, st.integers(1, 20), st.integers(1, 5), st.none() | st.integers(20, 60))
columns = st.lists(
    st.builds(
        Column,
        st.sampled_from("abcdef"),
        texts,
        st.integers(1, 30) | flexibles,
        st.just(Cell),
        st.sampled_from(["left", "right"]),
        st.sampled_from([0, 0, 40, 80, 100]),
    ),
    max_size=8,
)


@given(columns, st.integers(0, 200), texts, st.sampled_from(["", " > "]))
def test_every_line_is_exactly_as_wide_as_the_table_without_its_edge(
    columns: list[Column[Row]], width: int, text: str, marker: str
) -> None:
    layout = lay_out(columns, width)
    for line in (layout.line(text, marker), layout.head(Sort("a")), layout.text(text, marker)):
        assert sum(cell_len(cell.text) for cell in line) == max(0, width - EDGE)


@given(columns, st.integers(0, 200))
def test_no_column_is_wider_than_it_may_be_or_narrower_than_it_must(columns: list[Column[Row]], width: int) -> None:
    layout = lay_out(columns, width)
    for column, got in zip(layout.columns, layout.widths, strict=True):
        if isinstance(column.width, int):
            assert got == column.width or len(layout.columns) == 1
        else:
            assert column.width.maximum is None or got <= max(column.width.maximum, column.width.minimum)
            assert got >= column.width.minimum or len(layout.columns) == 1


def test_flexible_columns_share_the_room_by_weight() -> None:
    layout = lay_out([column("name", Flexible(5, 3)), column("id", Flexible(5, 1))], LEAD + 2 + 10 + 40 + EDGE)
    assert layout.widths == (35, 15)


def test_a_flexible_column_stops_at_its_maximum_and_leaves_the_rest_blank() -> None:
    layout = lay_out([column("name", Flexible(5, 1, 10)), column("state", 8)], 80)
    assert layout.widths == (10, 8)
    assert text_of(layout.line("x")) == f"{'   x':15}{'x':64}"


def test_secondary_columns_appear_when_the_table_is_wide_enough() -> None:
    columns = [column("name", Flexible(10)), column("used", 11, from_width=100), column("state", 8)]
    assert [shown.key for shown in lay_out(columns, 99).columns] == ["name", "state"]
    assert [shown.key for shown in lay_out(columns, 100).columns] == ["name", "used", "state"]


def test_columns_without_room_drop_out_the_most_secondary_first_and_the_first_never() -> None:
    columns = [column("name", 10), column("used", 10, from_width=20), column("state", 10)]
    keys = [[shown.key for shown in lay_out(columns, width).columns] for width in (38, 37, 25, 9)]
    assert keys == [["name", "used", "state"], ["name", "state"], ["name"], ["name"]]


def test_the_first_column_is_shown_however_narrow_the_table() -> None:
    assert [shown.key for shown in lay_out([column("name", 10, from_width=50)], 20).columns] == ["name"]


def test_numbers_stand_at_the_right() -> None:
    number: Column[Row] = Column("n", "Number", 8, Cell, align="right")
    assert text_of(lay_out([number], LEAD + 8 + EDGE).line("7/20")) == "   " + "    7/20"
    assert text_of(lay_out([number], LEAD + 8 + EDGE).head(None)) == "   " + "  Number"


def test_the_head_marks_what_the_list_is_sorted_by() -> None:
    layout = lay_out([column("name", 8), column("state", 8)], 22)
    assert text_of(layout.head(Sort("name"))) == "   Name ▲    State   "
    assert text_of(layout.head(Sort("state", descending=True))) == "   Name      State ▼ "


def test_a_narrow_head_keeps_the_mark_and_loses_letters() -> None:
    assert text_of(lay_out([column("expires", 6)], 10).head(Sort("expires"))) == "   Exp… ▲"


def test_a_cell_keeps_the_name_of_its_style() -> None:
    state: Column[Row] = Column("state", "State", 8, lambda row: Cell(row, "warn"))
    assert Cell("expiring", "warn") in lay_out([state], 12).line("expiring")
