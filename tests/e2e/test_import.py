"""The import in a browser, once from end to end: a small folder, its mapping, a dry run, the result, and the way back."""

import pytest

pytestmark = pytest.mark.e2e

FIRMS = "id,Company name,City,Loyalty points\n" + "".join(f"o{n},Firm {n} Works,Graz,{n * 10}\n" for n in range(6))
PEOPLE = "id,First name,Last name,Email,Firm id\n" + "".join(
    f"p{n},Ann{n},Lee{n},ann{n}@example.org,o{n}\n" for n in range(5)
)


@pytest.fixture
def folder(tmp_path):
    """Two tables that belong together, one with a row that is none, and a text that is no table."""
    delivery = tmp_path / "delivery"
    delivery.mkdir()
    (delivery / "firms.csv").write_text(FIRMS + "o9,too,many,cells,in,this,row\n", encoding="utf-8")
    (delivery / "people.csv").write_text(PEOPLE + "p9,Zed,Zoo,zed@example.org,o404\n", encoding="utf-8")
    (delivery / "README.md").write_text("What is in here", encoding="utf-8")
    return delivery


def fits(here, shots, name):
    """No step is wider than its window."""
    assert here.page.locator("[data-testid=stException]").count() == 0
    width = here.page.viewport_size["width"]
    assert here.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width + 1, name
    here.page.screenshot(path=str(shots / f"import-{name}-{width}.png"))


@pytest.mark.parametrize(("dark", "width"), [(False, 1440), (True, 390)], ids=["desk", "phone"])
def test_a_folder_goes_through_the_whole_wizard_and_back(desk, folder, shots, dark, width):
    here = desk(dark=dark, width=width).open("/import")
    page = here.page
    # The work in the background has the machine's time to take.
    page.set_default_timeout(120_000)
    page.get_by_role("textbox", name="Path").fill(str(folder))
    page.get_by_role("textbox", name="Path").press("Tab")
    here.settle().click("Read the files")
    here.sees("What we recognised")
    here.sees("1 file is left out")
    here.settle()
    fits(here, shots, "mapping")

    here.click("Try it")
    here.sees("Row by row")
    here.settle()
    fits(here, shots, "dry-run")

    here.click("Import 12 new")
    here.sees("Every record is accounted for")
    here.sees("Download the rejects as Excel")
    here.settle()
    fits(here, shots, "result")

    here.click("Settle 1 waiting link")
    # The grid is drawn on a canvas; its words are there for those who do not see it.
    page.get_by_text("o404").first.wait_for(state="attached")
    page.get_by_role("tab", name="Files").click()
    here.settle().click("Undo all 2 files")
    here.sees("Undid 2 files")
