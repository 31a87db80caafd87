"""The app in a browser: every page, and the work of a Monday from end to end."""

import json
from urllib.request import Request, urlopen
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.e2e

PAGES = (
    "/", "/duplicates", "/duplicates?duplicates_view=Clusters", "/duplicates?duplicates_view=Merged", "/issues", "/fixes", "/clusters",
    "/person", "/organisation",
    "/lead", "/deal", "/activity", "/import", "/history", "/quality",
    "/reports?name=weekly", "/reports?name=pipeline", "/model", "/record?type=person&id=7",
    "/record?type=person&id=999999",
)  # fmt: skip


def standing(address, verdict):
    """The pairs on which this is the last word, as SQL over the API tells it."""
    statement = f"""
        select left_id, right_id from verdict v join batch b on b.batch_id = v.decision_id and b.undone_by is null
        group by all having arg_max(verdict, seq) = '{verdict}'
    """
    body = json.dumps({"statement": statement}).encode()
    with urlopen(Request(f"{address}/api/sql", body, {"Content-Type": "application/json"})) as answer:
        return json.load(answer)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_opens_by_day_and_by_night(desk, shots, dark):
    here = desk(dark=dark)
    for path in PAGES:
        here.open(path)
        assert here.page.locator("[data-testid=stException]").count() == 0, path
        assert here.page.get_by_text("This page failed").count() == 0, path
        name = path.strip("/").replace("?", "-").replace("&", "-") or "this-week"
        here.page.screenshot(path=str(shots / f"{name}{'-dark' if dark else ''}.png"))


def test_every_page_fits_a_phone(desk, shots):
    here = desk(width=390)
    for path in PAGES:
        here.open(path)
        wide = here.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= 391, f"{path} is {wide} pixels wide"
        name = path.strip("/").replace("?", "-").replace("&", "-") or "this-week"
        here.page.screenshot(path=str(shots / f"{name}-phone.png"))


def test_three_pairs_are_merged_by_keyboard_and_one_is_taken_back(desk):
    here = desk().open("/duplicates")
    deck = here.page.locator("#deck")
    deck.get_by_text("12 open · 0 decided").wait_for()
    deck.focus()
    for _ in range(3):
        here.page.keyboard.press("m")
    deck.get_by_text("3 decided").wait_for()
    here.page.keyboard.press("z")
    deck.get_by_text("2 decided").wait_for()
    here.page.locator("#deck[data-unsaved='0']").wait_for()

    here.open("/duplicates?duplicates_view=Merged")
    here.open("/duplicates")
    here.page.locator("#deck").get_by_text("10 open").wait_for()


def test_a_choice_of_values_is_what_the_golden_record_keeps(desk, address):
    here = desk().open("/duplicates")
    deck = here.page.locator("#deck")
    deck.focus()
    row = deck.locator(".row", has=here.page.get_by_role("rowheader", name="Name", exact=True)).first
    right = row.get_by_role("radio").nth(1).inner_text()
    row.get_by_role("radio").nth(1).click()
    here.page.keyboard.press("m")
    deck.get_by_text("1 decided").wait_for()
    here.page.locator("#deck[data-unsaved='0']").wait_for()
    here.open("/history")

    with urlopen(f"{address}/api/records/person?limit=200") as answer:
        assert right in answer.read().decode()


def test_a_burst_of_two_hundred_keys_loses_no_decision(desk, address):
    here = desk().open("/duplicates")
    deck = here.page.locator("#deck")
    deck.focus()
    for key in ["u", "z"] * 95 + ["u"] * 10:
        here.page.keyboard.press(key)
    decided = int(deck.locator(".left, .none span").first.inner_text().split("·")[-1].split()[0])
    here.page.locator("#deck[data-unsaved='0']").wait_for(timeout=120_000)
    here.settle()

    assert 1 <= decided <= 10
    assert len(standing(address, "unsure")) == decided


def test_a_type_a_record_a_link_and_an_edit_are_made_by_hand(desk):
    here = desk().open("/model")
    page = here.page
    here.click("New type")
    page.get_by_label("One is called").fill("Supplier")
    page.get_by_label("Many are called").fill("Suppliers")
    page.get_by_label("Many are called").press("Tab")
    here.settle().click("Create")
    page.get_by_role("heading", name="Suppliers").wait_for()

    here.click("New supplier")
    page.get_by_role("dialog").get_by_label("Name").fill("Steel & Sons")
    here.click("Create")
    page.get_by_role("heading", name="Steel & Sons").wait_for()

    page.get_by_label("Name").fill("Steel and Sons")
    here.click("Save")
    page.get_by_role("heading", name="Steel and Sons").wait_for()

    page.get_by_role("tab", name="Related").click()
    here.settle().click("Link …")
    page.get_by_role("dialog").get_by_role("combobox").first.click()
    page.get_by_role("option", name="is related to …").click()
    here.settle()
    page.get_by_role("dialog").get_by_label("Which record?").fill("Aurora")
    page.get_by_role("dialog").get_by_role("radio").first.wait_for(state="attached")
    here.settle()
    page.get_by_role("dialog").get_by_role("button", name="Link", exact=True).click()
    page.get_by_role("link", name="Aurora GmbH").first.wait_for()


def test_search_finds_from_anywhere(desk):
    here = desk().open("/history")
    here.page.keyboard.press("Control+k")
    here.page.get_by_role("dialog").get_by_placeholder("Name, e-mail").fill("helios")
    here.page.get_by_role("dialog").get_by_role("link", name="Helios GmbH").click()
    here.page.get_by_role("heading", name="Helios GmbH").wait_for()


def test_a_hostile_name_is_only_ever_text(desk):
    here = desk().open("/person?q_person=tables")
    here.open("/issues")
    here.open("/duplicates")
    here.page.keyboard.press("Control+k")
    dialog = here.page.get_by_role("dialog")
    dialog.get_by_placeholder("Name, e-mail").fill("tables")
    dialog.get_by_role("link").first.click()
    head = here.page.locator("[data-testid=stHeading]").first
    head.get_by_text("**Tables**").wait_for()
    assert head.locator("b, strong, a, .katex, [data-testid=stIconMaterial]").count() == 0
    assert "<b>Bob</b> **Tables** :material/home: :red[x] $x$ `a`" in head.inner_text().replace("\u2060", "")


def called(address, verb, **body):
    """What a verb answers over REST."""
    request = Request(f"{address}/api/{verb}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request) as answer:
        return json.load(answer)


def test_a_cluster_is_split_by_keyboard_in_one_decision_and_taken_back(desk, address, shots):
    same = {"given_name": "Ulrike", "family_name": "Zangerl", "full_name": "Ulrike Zangerl", "phone": "+43 664 5551234"}
    ids = [called(address, "add", type="person", values=same | {"email": f"ulrike{n}@z.example"}) for n in range(2)]
    ids.append(
        called(address, "add", type="person", values=same | {"email": "ulrike0@z.example", "job_title": "Judge"})
    )
    called(address, "match", type="person")
    waiting = called(address, "open_clusters", type="person")
    assert [cluster["ids"] for cluster in waiting] == [ids]

    here = desk().open("/duplicates?duplicates_view=Clusters&type=person")
    deck = here.page.locator("#deck")
    deck.get_by_text("3 records look like one").wait_for()
    here.page.screenshot(path=str(shots / "cluster.png"))
    deck.focus()
    here.page.keyboard.press("2")
    deck.get_by_text("Merge 2, keep 1 apart").wait_for()
    here.page.keyboard.press("m")
    deck.get_by_text("1 decided").wait_for()
    here.page.locator("#deck[data-unsaved='0']").wait_for()
    (decision,) = called(address, "decisions", type="person", limit=1)
    here.page.keyboard.press("z")
    deck.get_by_text("1 open · 0 decided").wait_for()
    here.page.locator("#deck[data-unsaved='0']").wait_for()
    here.settle()

    assert (decision["verdict"], decision["pairs"], decision["apart"]) == ("same", 3, 2)
    assert called(address, "decisions", type="person", limit=1)[0]["undone_by"] is not None


def test_an_answer_keeps_why_it_was_asked(desk, address):
    here = desk().open("/duplicates?type=person&order=Doubtful")
    deck = here.page.locator("#deck")
    deck.get_by_text("Your answer teaches most").wait_for()
    deck.focus()
    here.page.keyboard.press("u")
    deck.get_by_text("1 decided").wait_for()
    here.page.locator("#deck[data-unsaved='0']").wait_for()
    here.settle()

    assert called(address, "decisions", type="person", limit=1)[0]["drawn"] == "information"


def test_the_records_of_a_list_and_the_whole_lake_are_taken_along_as_files(desk, tmp_path):
    here = desk().open("/organisation?where_organisation=city is not null")
    here.click("Export")
    with here.page.expect_download() as taken:
        here.page.get_by_role("button", name="CSV", exact=True).click()
    taken.value.save_as(tmp_path / "organisations.csv")
    with here.page.expect_download() as all_of_it:
        here.page.get_by_role("button", name="The whole lake (zip of CSV)").click()
    all_of_it.value.save_as(tmp_path / "lake.zip")

    first, *rows = (tmp_path / "organisations.csv").read_text(encoding="utf-8-sig").splitlines()
    assert "xrm:record" in first
    assert rows
    assert {"organisation.csv", "person.csv", "export.toml"} <= set(ZipFile(tmp_path / "lake.zip").namelist())
