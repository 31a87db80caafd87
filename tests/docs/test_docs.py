"""The documentation says what is so: links lead somewhere, commands do what a page shows, tables hold what the code holds."""

import os
import re
import tomllib
from pathlib import Path

import pytest

from tests.docs.commands_page import commands_page
from tests.docs.console import ROOT, blocks, lay_out_examples, rewrite, run, shown, timeless, told
from tests.docs.mentioned import addresses, commands, what_is_wrong
from tests.docs.verbs_table import HEADER, verbs_table

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "data" / "README.md"])
UPDATE = bool(os.environ.get("XRM_UPDATE_GOLDENS"))
WITH_CONSOLE = [page for page in PAGES if blocks(page)]
WITH_PYTHON = [ROOT / "README.md", DOCS / "api.md", DOCS / "dedupe.md", DOCS / "import.md", DOCS / "start.md"]

_FENCED = re.compile(r"^```.*?^```$", re.M | re.S)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`[^`\n]*`")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and most readers of Markdown make them."""
    headings = re.findall(r"^#{1,6} +(.+?) *$", _FENCED.sub("", text_of(page)), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-") for heading in headings}


def table(page: Path, header: str) -> list[list[str]]:
    """The rows of the table whose first heading is that, each as its cells, without code marks."""
    found = re.search(rf"^\| {re.escape(header)} \|.*?\n\|[-| :]+\|\n((?:\|.*\n)+)", text_of(page), re.M)
    assert found, f"{name(page)} has no table that begins with {header!r}"
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in found.group(1).splitlines()]


@pytest.fixture
def beside_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    lay_out_examples(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XRM_LAKE", raising=False)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path):
    prose = _CODE.sub("", _FENCED.sub("", text_of(page)))
    dead = []
    for link in _LINK.findall(prose):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)

    assert dead == []


@pytest.mark.parametrize("page", WITH_CONSOLE, ids=name)
def test_commands_do_what_a_page_shows(page: Path, beside_examples: Path):
    if UPDATE:
        rewrite(page)
        return
    for block in blocks(page):
        for item in shown(block):
            _code, output = run(item.command)

            assert timeless(told(output, item)) == timeless(item.output), f"{name(page)}: $ {item.command}"


@pytest.mark.parametrize("page", WITH_PYTHON, ids=name)
def test_python_on_a_page_runs(page: Path, beside_examples: Path):
    scope: dict[str, object] = {}
    for code in re.findall(r"^```python\n(.*?)^```$", text_of(page), re.M | re.S):
        exec(compile(code, name(page), "exec"), scope)


def test_the_page_of_commands_is_what_the_command_line_says():
    page = DOCS / "commands.md"
    if UPDATE:
        page.write_text(commands_page(), encoding="utf-8")

    assert text_of(page) == commands_page()


def test_the_readme_fits_on_a_few_screens():
    assert len(text_of(ROOT / "README.md").splitlines()) <= 150


def test_every_page_can_be_found_from_the_readme():
    found, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in found:
            continue
        found.add(page)
        paths = [(page.parent / link.partition("#")[0]).resolve() for link in _LINK.findall(text_of(page))]
        todo += [path for path in paths if path.suffix == ".md" and path.exists()]

    assert sorted(name(page) for page in set(PAGES) - found) == []


def test_the_table_of_kinds_is_that_of_the_code():
    from xrm_lake.model.kinds import KINDS

    told = {row[0]: (row[1], row[2]) for row in table(DOCS / "model.md", "kind")}

    assert told == {kind.name: (kind.duck_type, "yes" if kind.personal else "") for kind in KINDS}


def test_the_table_of_types_is_the_template():
    from xrm_lake.model.template import load_template

    catalog = load_template("crm")
    told = {row[0]: tuple(row[1:4]) for row in table(DOCS / "model.md", "type")}
    held = {
        each.name: (
            each.role_of or "",
            str(each.staleness_days or ""),
            ", ".join(each.required_links).replace("_", " "),
        )
        for each in catalog.types
    }

    assert {
        type: (role, days, links.replace("`", "").replace("_", " ")) for type, (role, days, links) in told.items()
    } == held


def test_the_table_of_link_types_is_the_template():
    from xrm_lake.model.template import load_template

    told = {row[0] for row in table(DOCS / "model.md", "link type")}

    assert told == {each.name for each in load_template("crm").link_types} | {"role_of"}


def test_the_table_of_presets_is_the_folder():
    folder = ROOT / "xrm_lake" / "ingest" / "presets"
    held = {}
    for file in folder.glob("*.toml"):
        content = tomllib.loads(text_of(file))
        held[file.stem] = sorted(key for key, value in content.items() if isinstance(value, dict))

    told = {row[0]: sorted(row[2].replace("`", "").split(", ")) for row in table(DOCS / "import.md", "preset")}

    assert told == held


def test_the_table_of_metrics_is_that_of_the_code():
    from xrm_lake.model.metrics import METRICS

    told = {row[0]: tuple(row[1:3]) for row in table(DOCS / "hygiene.md", "metric")}

    assert told == {each.name: (f"{each.good:.0%}", f"{each.bad:.0%}") for each in METRICS}


def test_every_report_and_form_is_on_the_page_of_reports():
    from xrm_lake.reports.build import REPORTS
    from xrm_lake.reports.render import FORMATS

    page = text_of(DOCS / "reports.md")

    assert [each.name for each in REPORTS if f"`{each.name}`" not in page] == []
    assert {row[0] for row in table(DOCS / "reports.md", "form")} == {each.name for each in FORMATS}


def test_the_table_of_verbs_is_what_their_functions_declare():
    page = DOCS / "architecture.md"
    told = re.search(re.escape(HEADER) + r"(?:\|.*\n)*", text_of(page))
    assert told, "architecture.md has no table of verbs"
    if UPDATE:
        page.write_text(text_of(page).replace(told.group(), verbs_table()), encoding="utf-8")

    assert verbs_table() in text_of(page)


def test_the_table_of_endpoints_is_the_api(lake):
    from xrm_lake.server.api import build_api
    from xrm_lake.verbs import VERBS

    paths = build_api(lake, "token").openapi()["paths"]
    verbs = {f"/{each.name}" for each in VERBS}
    held = {
        f"{method.upper()} {path}" for path, methods in paths.items() for method in methods
        if not (method == "post" and path in verbs and path != "/import")
    }  # fmt: skip
    told = {row[0].replace("/api", "", 1) for row in table(DOCS / "api.md", "endpoint")}

    assert told - {"POST /{verb}"} == held


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_that_are_mentioned_exist(page: Path):
    wrong = {command: word for command in commands(text_of(page)) if (word := what_is_wrong(command))}

    assert wrong == {}


@pytest.mark.parametrize("page", [page for page in PAGES if addresses(text_of(page))], ids=name)
def test_addresses_that_are_mentioned_exist(page: Path, lake):
    from xrm_lake.server.api import build_api

    paths = [*build_api(lake, "token").openapi()["paths"], "/docs", "/openapi.json"]
    shapes = [re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in paths]

    assert [path for path in addresses(text_of(page)) if not any(shape.fullmatch(path) for shape in shapes)] == []
