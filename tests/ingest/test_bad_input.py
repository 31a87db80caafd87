"""Bad input gets a clear refusal or clear rejects; the lake is as it was, and no message holds a value."""

import os
import re

import pytest

from xrm_lake.errors import ImportRefused, LakeFull, XrmError
from xrm_lake.ingest.load import import_file, import_files
from xrm_lake.ingest.rejects import list_rejects
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import init_lake, open_lake

from .files import counts, file, load, same_state, state

SECRET = "Hildegard"


@pytest.fixture
def kept(lake):
    """Asserts afterwards that nobody sees a change."""
    before, batches = state(lake), lake.query("select count(*) from batch").value()
    yield lake
    same_state(before, state(lake), moments=True)
    assert lake.query("select count(*) from batch").value() == batches


def refused(lake: Lake, path, **options) -> str:
    with pytest.raises(XrmError) as caught:
        import_files(lake, [path], **options)
    message = str(caught.value)
    assert caught.value.exit_code in (2, 3)
    assert SECRET not in message
    assert "Traceback" not in message
    return message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("blank.csv", b"\n\n \n"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
        ("notes.txt", f"Dear {SECRET},\n\nthank you for your letter. I shall answer it soon.\n\nYours\n".encode()),
        ("book.xlsx", b"PK\x03\x04 this is no workbook"),
    ],
)
def test_what_is_no_table_is_refused(kept, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)

    message = refused(kept, path)

    assert name in message


def test_a_file_that_is_not_there_is_refused(kept, tmp_path):
    assert "nothing.csv" in refused(kept, tmp_path / "nothing.csv")


def test_a_table_that_is_of_no_type_is_refused_with_the_way_out(kept, tmp_path):
    path = file(tmp_path, "matrix.csv", "a,b,c\n1,2,3\n4,5,6\n7,8,9\n")

    assert "--type" in refused(kept, path)


def test_files_that_are_of_no_type_are_told_apart_in_the_message(kept, tmp_path):
    paths = [file(tmp_path, name, "foo,bar\n1,2\n3,4\n") for name in ("one.csv", "two.csv")]

    with pytest.raises(ImportRefused) as caught:
        import_files(kept, paths, propose=False)

    assert re.search(r"one\.csv: [^\n]+\.\n  two\.csv: [^\n]+\.\nSay what it is", str(caught.value))


def test_rows_of_which_nothing_has_a_place_are_rejected_with_the_reason(lake, tmp_path):
    nowhere = {"foo": "extra", "bar": "extra"}

    result = load(lake, tmp_path, "foo,bar\n1,2\n3,4\n", name="nowhere.csv", type="organisation", mapping=nowhere)

    assert counts(result) == (0, 0, 0, 2)
    assert result.batch_id is not None
    assert list_rejects(lake, result.batch_id)["reason"].str.starts_with("nothing in it says what it is").all()


def test_a_type_or_a_column_that_is_not_there_is_a_misuse(kept, tmp_path):
    path = file(tmp_path, "people.csv", f"id,First name,Last name\nk1,{SECRET},Lee\n")

    assert "persom" in refused(kept, path, type="persom")
    refused(kept, path, type="person", mapping={"Shoe size": "full_name"})
    refused(kept, path, type="person", mapping={"First name": "shoe_size"})


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig", "latin-1"])
def test_another_encoding_is_read_as_what_it_is(lake, tmp_path, encoding):
    path = tmp_path / "people.csv"
    path.write_bytes("id,First name,Last name\nk1,Jürgen,Größe\nk2,Zoë,Kim\n".encode(encoding))

    import_file(lake, path, type="person", source="crm")

    assert lake.query("select full_name from person order by id").column() == ["Jürgen Größe", "Zoë Kim"]


def test_ragged_rows_an_open_quote_and_a_second_header_are_rejected_or_mended_and_counted(lake, tmp_path):
    rows = "".join(f"k{n},Ann,2001-01-0{n % 9 + 1}\n" for n in range(50))
    header = "id,Full name,Birth date\n"
    odd = f'k90\nk91,a,b,c\n{header}k92,"{SECRET},2001-01-01\nk93,Bob,2001-01-01\n'

    result = load(lake, tmp_path, header + rows + odd, type="person", mapping={"id": "key"})

    assert result.counted == 55
    assert result.new >= 51
    assert result.rejected >= 3
    reasons = lake.query("select reason from reject").column()
    assert all(SECRET not in reason for reason in reasons)
    assert lake.query("select count(*) from person where full_name = 'Bob'").value() == 1


def test_a_cell_of_ten_megabytes_comes_in_whole(lake, tmp_path):
    big = "x" * 10_000_000

    result = load(
        lake, tmp_path, f"id,Name,Stage,Description\nd1,Big,Won,{big}\nd2,Small,Won,y\n", name="deals.csv", type="deal"
    )

    assert counts(result) == (2, 0, 0, 0)
    assert lake.query("select length(description) from deal order by id").column() == [10_000_000, 1]


def test_three_hundred_columns_are_all_kept(lake, tmp_path):
    headers = ",".join(f"Extra {n}" for n in range(297))
    cells = ",".join(str(n) for n in range(297))

    load(lake, tmp_path, f"id,First name,Last name,{headers}\nk1,Ann,Lee,{cells}\n", type="person")

    extra = lake.query("select json_keys(extra) from person").value()
    assert {"Extra 0", "Extra 296"} <= set(extra)
    assert len(extra) >= 297


def test_hostile_headers_and_formulas_are_text(lake, tmp_path):
    text = 'id,First name,Last name,at,"""; drop table person; --",_raw,\nk1,=1+1,Lee,now,"\'; drop table entity; --",r,z\n'

    load(lake, tmp_path, text, type="person", mapping={"First name": "given_name", "Last name": "family_name"})

    assert lake.query("select given_name from person").value() == "=1+1"
    extra = lake.query("select extra from person").value()
    assert '"at": "now"' in extra
    assert "drop table entity" in extra
    assert re.search(r'"_raw \(2\)": "r"', extra)


def test_headers_that_repeat_or_are_empty_keep_their_cells_apart(lake, tmp_path):
    load(lake, tmp_path, "id,First name,Last name,Note,Note,\nk1,Ann,Lee,a,b,c\n", type="person", mapping={"id": "key"})

    told = lake.query("select extra, description from person").dicts()[0]
    assert {"a", "b", "c"} <= set(re.findall(r'"([abc])"', told["extra"] or "")) | {told["description"]}


def test_a_place_that_is_read_only_keeps_the_lake(tmp_path):
    path = file(tmp_path, "people.csv", "id,First name,Last name\nk1,Ann,Lee\n")
    where = tmp_path / "lake.xrm"
    init_lake(where).close()
    where.chmod(0o500)
    try:
        if os.access(where, os.W_OK):
            pytest.skip("this user may write everywhere")
        with pytest.raises(LakeFull):
            open_lake(where)
    finally:
        where.chmod(0o700)
    with open_lake(where) as again:
        assert import_file(again, path, type="person").total("new") == 1


def test_a_file_may_not_reach_outside_the_lake_by_its_name(lake, tmp_path):
    folder = tmp_path / "it's"
    folder.mkdir()

    result = load(lake, folder, "id,First name,Last name\nk1,Ann,Lee\n", name="o'neil; drop.csv", type="person")

    assert counts(result) == (1, 0, 0, 0)


def test_an_import_refused_says_so_with_the_right_class(kept, tmp_path):
    with pytest.raises(ImportRefused):
        import_files(kept, [tmp_path])
