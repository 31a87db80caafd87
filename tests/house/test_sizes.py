"""The house stays small: one idea a file, short functions, few parameters, no cupboards."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*ROOT.glob("xrm_lake/**/*.py"), *ROOT.glob("app/**/*.py")])
MOST_LINES, MEDIAN_LINES, MOST_FUNCTION_LINES, MOST_POSITIONAL = 300, 90, 40, 5
CUPBOARDS = ("Manager", "Helper", "Service", "Utils", "Util")


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without its signature and its docstring."""
    start = node.body[0]
    if isinstance(start, ast.Expr) and isinstance(start.value, ast.Constant) and len(node.body) > 1:
        start = node.body[1]
    return (node.end_lineno or node.lineno) - start.lineno + 1


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_no_file_has_a_second_idea():
    long = {
        name(file): lines
        for file in FILES
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }

    assert long == {}


def test_the_median_file_fits_on_two_screens(capsys):
    sizes = sorted(len(file.read_text(encoding="utf-8").splitlines()) for file in FILES)

    with capsys.disabled():
        print(f"\n{len(sizes)} files, median {median(sizes):.0f} lines, largest {sizes[-1]}")
    assert median(sizes) <= MEDIAN_LINES


def test_functions_fit_on_a_screen():
    long = {
        f"{name(file)}:{node.name}": lines
        for file in FILES
        for node in functions(file)
        if (lines := body_lines(node)) > MOST_FUNCTION_LINES
    }

    assert long == {}


def test_functions_take_few_positional_parameters():
    many = {
        f"{name(file)}:{node.name}": count
        for file in FILES
        for node in functions(file)
        if not node.decorator_list
        and (count := len([a for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in ("self", "cls")]))
        > MOST_POSITIONAL
    }

    assert many == {}


def test_nothing_is_named_for_a_cupboard():
    classes = {
        f"{name(file)}:{node.name}"
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and node.name.endswith(CUPBOARDS)
    }

    assert classes == set()
    assert not [name(file) for file in FILES if file.stem in ("utils", "util", "helpers", "common", "misc")]


@pytest.mark.parametrize("file", FILES, ids=name)
def test_every_module_says_its_one_idea(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    if not tree.body:
        return

    assert ast.get_docstring(tree)
