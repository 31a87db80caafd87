"""Files of one name in one import: each keeps its own account, held rows and rejects."""

from xrm_lake.ingest.held import list_held
from xrm_lake.ingest.load import import_file, import_files, load_planned
from xrm_lake.ingest.prepare import prepare, read_delivered
from xrm_lake.ingest.rejects import export_rejects, list_rejects
from xrm_lake.ingest.terms import Terms

from .files import counts, file

HERE = "id,First name,Last name,Birth date\na1,Ann,Lee,1990-02-01\na2,Bob,Ray,soon\n"
THERE = "id,First name,Last name,Birth date\nb1,Zoë,Kim,1991-03-02\nb2,Gus,Orr,1980-01-01\nb3,Ida,Poe,late\n"
BIRTH = {"mapping": {"Birth date": "birth_date"}, "type": "person", "source": "crm"}


def beside(folder, name, text):
    folder.mkdir(parents=True, exist_ok=True)
    return file(folder, name, text)


def both(folder):
    return [beside(folder / "a", "p.csv", HERE), beside(folder / "b", "p.csv", THERE)]


def names(lake, paths):
    return [table.name for table in read_delivered(lake, paths).tables]


def test_files_of_one_name_are_called_by_the_folders_that_tell_them_apart(lake, tmp_path):
    here, there = both(tmp_path)
    deep = beside(tmp_path / "c" / "b", "p.csv", HERE)

    assert names(lake, [here]) == ["p.csv"]
    assert names(lake, [here, there]) == ["a/p.csv", "b/p.csv"]
    assert names(lake, [there, deep]) == [f"{tmp_path.name}/b/p.csv", "c/b/p.csv"]
    assert names(lake, [tmp_path / "a", tmp_path / "b"]) == ["a/p.csv", "b/p.csv"]
    assert names(lake, [tmp_path / "a", there]) == ["b/p.csv", "a/p.csv"]


def test_a_file_that_is_named_twice_gets_a_number_and_one_in_two_folders_is_read_once(lake, tmp_path):
    here, _ = both(tmp_path)
    beside(tmp_path / "c", "p.csv", HERE)
    delivered = read_delivered(lake, [tmp_path / "a", tmp_path / "c"])

    assert names(lake, [here, here]) == ["p.csv", "p (2).csv"]
    assert [table.name for table in delivered.tables] == ["a/p.csv"]
    assert [(each.file, each.reason) for each in delivered.left_out] == [("c/p.csv", "the same file as a/p.csv")]


def test_a_row_left_out_of_one_file_is_not_left_out_of_another_of_its_name(lake, tmp_path):
    planned = prepare(lake, both(tmp_path), source="crm").planned
    result = load_planned(lake, planned, terms=Terms(left_out={"b/p.csv": "1"}), rows=True)

    assert {each.file: each.held for each in result.files} == {"a/p.csv": 0, "b/p.csv": 1}
    assert all(each.accounted for each in result.files)
    assert list_held(lake).select("file_name", "record_no").rows() == [("b/p.csv", 1)]
    assert result.rows.filter(verdict="held").select("file", "key").rows() == [("b/p.csv", "b1")]


def test_rejects_of_two_files_mended_in_files_of_one_name_each_close_their_own(lake, tmp_path):
    first = {each.file: each.batch_id for each in import_files(lake, both(tmp_path), **BIRTH).files}
    mended = []
    for name, batch_id in first.items():
        out = beside(tmp_path / "mended" / name[0], "mend.csv", "")
        assert export_rejects(lake, batch_id, out) == 1
        mended.append(out)
    # Only the second is mended; the first row waits again, as one of its new import.
    mended[1].write_text(mended[1].read_text(encoding="utf-8").replace(",late", ",1985-12-24"), encoding="utf-8")

    again = {each.file: each for each in import_files(lake, mended).files}

    assert [list_rejects(lake, batch_id).height for batch_id in first.values()] == [0, 0]
    assert (counts(again["a/mend.csv"]), counts(again["b/mend.csv"])) == ((0, 0, 1, 0), (0, 1, 0, 0))
    assert list_rejects(lake, again["a/mend.csv"].batch_id)["raw"].to_list() == ["soon"]
    assert lake.query("select given_name, birth_date::varchar from person order by 1").rows() == [
        ("Ann", "1990-02-01"), ("Bob", None), ("Gus", "1980-01-01"), ("Ida", "1985-12-24"), ("Zoë", "1991-03-02"),
    ]  # fmt: skip
    closed = "select batch_id, mended_by from reject where mended_by is not null order by batch_id"
    assert lake.query(closed).rows() == [
        (first["a/p.csv"], again["a/mend.csv"].batch_id),
        (first["b/p.csv"], again["b/mend.csv"].batch_id),
    ]


def test_rows_without_an_id_mended_in_files_of_one_name_complete_their_own_records(lake, tmp_path):
    texts = {
        "a": "First name,Last name,Birth date\nBob,Ray,soon\n",
        "b": "First name,Last name,Birth date\nIda,Poe,late\n",
    }
    paths = [beside(tmp_path / name, "p.csv", text) for name, text in texts.items()]
    first = import_files(lake, paths, mapping={"Birth date": "birth_date"}, type="person").files
    mended = [beside(tmp_path / "mended" / each.file[0], "mend.csv", "") for each in first]
    for each, out, (old, new) in zip(first, mended, [("soon", "1980-01-01"), ("late", "1985-12-24")], strict=True):
        export_rejects(lake, each.batch_id, out)
        out.write_text(out.read_text().replace(f",{old}", f",{new}"))

    assert [counts(each) for each in import_files(lake, mended).files] == [(0, 1, 0, 0), (0, 1, 0, 0)]
    assert lake.query("select given_name, birth_date::varchar from person order by 1").rows() == [
        ("Bob", "1980-01-01"), ("Ida", "1985-12-24"),
    ]  # fmt: skip


def test_a_formula_as_a_column_name_is_guarded_among_the_rejects_and_known_again(lake, tmp_path):
    formula = "=HYPERLINK(A1)"
    text = f"id,First name,Last name,{formula}\nk1,Ann,Lee,1990-02-01\nk2,Bob,Ray,soon\n"
    path = file(tmp_path, "people.csv", text)
    first = import_file(lake, path, type="person", source="crm", mapping={formula: "birth_date"}).files[0]
    out = tmp_path / "mend.csv"
    export_rejects(lake, first.batch_id, out)
    header, row = out.read_text().splitlines()

    assert header == f"xrm_reject,xrm_reason,id,First name,Last name,'{formula}"
    assert row.split(",")[1].startswith(f"'{formula}: ")
    out.write_text(out.read_text().replace(",soon", ",1985-12-24"))
    assert counts(import_file(lake, out).files[0]) == (0, 1, 0, 0)
    assert lake.query("select birth_date::varchar from person where given_name = 'Bob'").value() == "1985-12-24"
