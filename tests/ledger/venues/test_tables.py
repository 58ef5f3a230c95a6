"""A file becomes rows whose lines are those of the file; what is broken is named, never guessed."""

import pytest

from ledger.model.errors import BadInput
from ledger.venues import _tables as tables
from ledger.venues._tables import decoded, file_name, read_table


def lines_of(table):
    return [row.line for row in table.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
def test_encodings_are_recognised(encoding):
    table = read_table("a.csv", "čas,pár\n1,Žižkov\n".encode(encoding))
    assert table.header == ("čas", "pár")
    assert table.rows[0].cells == ("1", "Žižkov")


def test_a_second_mark_at_the_start_of_the_header_is_removed():
    table = read_table("a.csv", "preamble\n\ufeffa,b\n1,2\n".encode("utf-8-sig"))
    assert table.header == ("a", "b")


def test_the_header_is_found_below_a_preamble_and_lines_count_from_the_first():
    body = b"\nTransactions\nUser,Jo,1\na,b,c,d\n1,2,3,4\n\n5,6,7,8\n"
    table = read_table("a.csv", body)
    assert (table.header_line, lines_of(table)) == (4, [5, 7])


def test_the_recognised_header_wins_over_a_wider_row():
    table = read_table("a.csv", b"a,b\n1,2\n", lambda names: int(names == ("a", "b")))
    assert table.header == ("a", "b")
    wide = read_table("a.csv", b"x,y,z\na,b\n1,2\n", lambda names: int(names == ("a", "b")))
    assert (wide.header_line, lines_of(wide)) == (2, [3])


def test_semicolons_separate_cells_that_hold_decimal_commas():
    table = read_table("a.csv", b"a;b\n1,5;2,5\n")
    assert table.rows[0].cells == ("1,5", "2,5")


def test_quotes_around_a_whole_row_are_undone():
    table = read_table("a.csv", b'"a,""b"",""c"""\n"1,""x, y"",""3"""\n')
    assert table.header == ("a", "b", "c")
    assert table.rows[0].cells == ("1", "x, y", "3")


def test_a_line_break_inside_quotes_belongs_to_its_row():
    table = read_table("a.csv", b'a,b\n1,"x\ny"\n2,z\n')
    assert [row.cells for row in table.rows] == [("1", "x\ny"), ("2", "z")]
    assert lines_of(table) == [2, 4]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_line(end):
    table = read_table("a.csv", f"a,b{end}1,2{end}3,4{end}".encode())
    assert lines_of(table) == [2, 3]


def test_an_empty_cell_after_the_last_column_is_no_cell():
    table = read_table("a.csv", b"a,b,c\n1,2,3,\n")
    assert table.rows[0].cells == ("1", "2", "3")
    assert not table.problems


def test_rows_that_do_not_fit_the_header_are_named_and_the_others_stay():
    table = read_table("a.csv", b"a,b,c\n1,2\n3,4,5\n6,7,8,9\n")
    assert lines_of(table) == [3]
    assert [(one.code, one.line) for one in table.problems] == [("bad_row", 2), ("bad_row", 4)]
    assert table.rows_read == 3


@pytest.mark.parametrize("tail", [b"5,6", b'5,"6', b'5,6,"7'])
def test_a_file_that_ends_inside_a_row_is_truncated_there(tail):
    table = read_table("a.csv", b"a,b,c\n1,2,3\n" + tail)
    assert lines_of(table) == [2]
    assert [(one.code, one.line) for one in table.problems] == [("truncated_file", 3)]


def test_a_whole_last_row_needs_no_line_end():
    table = read_table("a.csv", b"a,b\n1,2\n3,4")
    assert lines_of(table) == [2, 3]
    assert not table.problems


def test_an_open_quote_does_not_swallow_the_rows_after_it():
    table = read_table("a.csv", b'a,b\n1,"x\n' + b"2,y\n" * 300)
    assert len(table.rows) == 300
    assert [(one.code, one.line) for one in table.problems] == [("bad_row", 2)]


@pytest.mark.parametrize(
    "body",
    [b"", b" \n\r\n", b"a,b\n1,\0\n", b"\x89PNG\r\n\x1a\n\0\0", b"\xff\xfea", b"\x81\x83\x90"],
    ids=["empty", "blank", "nul", "image", "half a utf-16 character", "no encoding"],
)
def test_what_is_no_text_table_is_refused(body):
    with pytest.raises(BadInput):
        read_table("a.csv", body)


def test_files_beyond_the_bounds_are_refused_before_they_are_taken_apart():
    with pytest.raises(BadInput, match="MiB"):
        decoded(b"a" * (tables.BYTES_MAX + 1))
    with pytest.raises(BadInput, match="longer than"):
        read_table("a.csv", b"a,b\n" + b"x" * (tables.LINE_MAX + 1))
    with pytest.raises(BadInput, match="columns"):
        read_table("a.csv", b"x," * tables.COLUMNS_MAX + b"x")
    with pytest.raises(BadInput, match="lines"):
        read_table("a.csv", b"a\n" * (tables.LINES_MAX + 1))


def test_a_cell_beyond_the_bound_is_a_bad_row():
    long = b"x" * (tables.CELL_MAX + 1)
    table = read_table("a.csv", b"a,b\n1," + long + b"\n2,y\n")
    assert lines_of(table) == [3]
    assert table.problems[0].code == "bad_row"


def test_a_file_name_is_its_last_part_and_can_be_printed():
    assert file_name("/etc/../x/ledgers.csv") == "ledgers.csv"
    assert file_name("C:\\x\\a\x1b[2J.csv") == "a?[2J.csv"
    assert len(file_name("n" * 5000)) == 200
