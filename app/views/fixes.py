"""Fixes: what could be mended, group by group; shown, applied as one batch, or refused for good."""

from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import calm, card, empty, head, remember_toast, say
from components.grid import height, table, texts
from components.mended import remember_mended, remember_refused, show_mended
from components.text import count, plain
from navigation import go_record

from xrm_lake.errors import XrmError
from xrm_lake.hygiene.fixes.apply import apply_fixes, refuse_fixes
from xrm_lake.hygiene.fixes.proposal import RULES
from xrm_lake.hygiene.fixes.propose import count_fixes, fixes
from xrm_lake.store.search import captions_of

MOST = 500
_LABELS = {rule.name: rule.label for rule in RULES}
_SORTS = {"standardise": "Standardise", "fill": "Fill gaps", "link": "Link"}


def page() -> None:
    """The page; the address names the group that is open: rule, type and field."""
    with head(
        "Fixes",
        "What could be mended, with the reason. Nothing changes before you apply it, and all of it can be undone.",
    ):
        if st.button("Look again", icon=":material/search_check:", key="look_for_fixes"):
            served.jobs().start("propose_fixes", {})
            remember_toast("Looking at all records", "search_check")
            st.rerun()
    show_mended()
    with calm():
        counts = served.remembered(count_fixes)
        if counts.is_empty():
            empty("Nothing to mend is known. Look again to have all records looked at.", icon="auto_fix_high")
            return
        slot = st.container()
        chosen = _groups(counts)
        with slot:
            if chosen is not None:
                _group(chosen)


def _groups(counts: pl.DataFrame) -> dict[str, Any] | None:
    """All groups in one table; gives the one that is open."""
    rows = list(counts.iter_rows(named=True))
    with card("All that could be mended", "Click a line to see its fixes"):
        shown = pl.DataFrame(
            {
                "sort": [_SORTS[row["sort"]] for row in rows],
                "what": [_LABELS[row["rule"]] for row in rows],
                "where": [_where(row) for row in rows],
                "fixes": [row["fixes"] for row in rows],
                "changes": [row["changes"] for row in rows],
                "score": [_score(row["lowest"], row["highest"]) for row in rows],
            }
        )
        columns = texts([("what", "Fix"), ("where", "Where"), ("sort", "Sort")]) | {
            "fixes": st.column_config.NumberColumn("Fixes", format="localized"),
            "changes": st.column_config.NumberColumn(
                "Different", format="localized", help="The same change of the same value counts once"
            ),
            "score": st.column_config.TextColumn("Sure", help="How sure the rule is, from 0 to 1"),
        }
        place = table(shown, columns, key="fix_groups", alt="Fixes by rule", most=16)
    if place is not None:
        for name in ("rule", "type", "field"):
            st.query_params[name] = rows[place][name]
        st.session_state.pop("fix_groups", None)
        st.rerun()
    asked = tuple(st.query_params.get(name) for name in ("rule", "type", "field"))
    found = [row for row in rows if (row["rule"], row["type"], row["field"]) == asked]
    return found[0] if found else rows[0]


def _group(group: dict[str, Any]) -> None:
    with card(f"{_LABELS[group['rule']]}: {_where(group)}", key="fix_group"):
        at_least = _sure(group)
        found = served.remembered(
            fixes, group["type"], rule=group["rule"], field=group["field"], at_least=at_least, limit=MOST
        )
        total = group["fixes"] if not at_least else _count(group, at_least)
        first = f"The first {MOST} of " if total > found.height else ""
        st.caption(f"{first}{count(total, 'fix', 'fixes')}. {_reason(found)} Mark some to apply or refuse only those.")
        told = _readable(found)
        columns = _columns(group["sort"], told)
        event = st.dataframe(
            told, key=_key("fix_rows", group), hide_index=True, column_order=list(columns), column_config=columns, row_height=33,
            on_select="rerun", selection_mode="multi-row", height=height(found.height, most=12), placeholder="", alt="Fixes",
        )  # fmt: skip
        marked = [place for place in event.selection.rows if place < found.height]
        _buttons(group, found, marked, at_least, total)


def _sure(group: dict[str, Any]) -> float:
    """The lowest score that is wanted, where they differ."""
    lowest, highest = group["lowest"], group["highest"]
    if lowest == highest:
        return 0.0
    return st.slider("Only as sure as", lowest, highest, lowest, 0.01, key=_key("sure", group), width=320)


def _columns(sort: str, told: pl.DataFrame) -> dict[str, object]:
    """What is to be seen first stands first; what says nothing is left out."""
    of = st.column_config
    record, change = [("record", "Record")], [("old", "Now"), ("new", "Becomes"), ("basis", "From")]
    columns = texts(change + record if sort == "standardise" else record + change)
    if sort == "link":
        # Whole texts stand here: what they lead to, and how sure it is, must be seen beside them.
        columns |= {name: of.TextColumn(label, width=300) for name, label in (("record", "Record"), ("basis", "From"))}
        columns["new"] = of.TextColumn("Links to")
    columns["score"] = of.NumberColumn("Sure", format="%.2f", width=70)
    if told["reason"].n_unique() > 1:
        columns |= texts([("reason", "Why")])
    hollow = [name for name in ("old", "basis") if (told[name] == "").all()]
    return {name: column for name, column in columns.items() if name not in hollow}


def _buttons(group: dict[str, Any], found: pl.DataFrame, marked: list[int], at_least: float, total: int) -> None:
    ids = found["fix_id"].gather(marked).to_list()
    told = count(len(ids) or total, "fix", "fixes")
    where = {} if ids else {"type": group["type"], "rule": group["rule"], "field": group["field"]}
    with st.container(horizontal=True, key="fix_buttons"):
        apply = st.button(
            f"Apply {told}" if ids else f"Apply all {told}", icon=":material/auto_fix_high:", type="primary", key="apply_fixes",
        )  # fmt: skip
        preview = st.button(
            "Preview", icon=":material/visibility:", key="preview_fixes", help="What applying would do now; nothing is changed",
        )  # fmt: skip
        refuse = bool(ids) and st.button(
            f"Refuse {told}", icon=":material/block:", key="refuse_fixes", help="Never propose them again"
        )
        if len(ids) == 1 and st.button("Open the record", icon=":material/open_in_new:", key="open_fix"):
            go_record(group["type"], found["record_id"][marked[0]])
    if apply:
        _apply(ids, where, at_least)
    if preview:
        _preview(ids, where, at_least)
    if refuse:
        _refuse(ids)


def _apply(ids: list[int], where: dict[str, str], at_least: float) -> None:
    with calm(), st.spinner("Applying …"):
        remember_mended(apply_fixes(served.lake(), ids, at_least=at_least, **where))
        st.rerun()


def _preview(ids: list[int], where: dict[str, str], at_least: float) -> None:
    try:
        result = apply_fixes(served.lake(), ids, at_least=at_least, dry_run=True, **where)
    except XrmError as problem:
        say(problem)
        return
    told = f"{count(result.changed.height, 'value')} of {count(result.records, 'record')} would change."
    stays = " ".join(
        f"{number:,} would stay: {reason}." for reason, number in result.left.group_by("reason").len().iter_rows()
    )
    st.info(plain(f"{told} {stays}".strip(), longest=500), icon=":material/visibility:")


def _refuse(ids: list[int]) -> None:
    with calm():
        batch_id = refuse_fixes(served.lake(), ids)
        remember_refused(batch_id, len(ids))
        st.rerun()


def _readable(found: pl.DataFrame) -> pl.DataFrame:
    """Records, and the ends of links, by what they are called."""
    lake = served.lake()
    names = captions_of(lake, found["record_id"].to_list(), found["type"].to_list())
    to = _ends(found)
    return found.select("score", "reason").with_columns(
        record=pl.Series([names[id] for id in found["record_id"]], dtype=pl.String),
        old=found["old"].fill_null(""),
        new=pl.Series([to.get(new, new) for new in found["new"]], dtype=pl.String),
        basis=found["basis"].fill_null(""),
    )


def _ends(found: pl.DataFrame) -> dict[str, str]:
    ends = found.drop_nulls("to_type").select(pl.col("new").cast(pl.Int64), "to_type").unique()
    return {
        str(id): name
        for id, name in captions_of(served.lake(), ends["new"].to_list(), ends["to_type"].to_list()).items()
    }


def _count(group: dict[str, Any], at_least: float) -> int:
    every = served.remembered(
        fixes, group["type"], rule=group["rule"], field=group["field"], at_least=at_least, limit=None
    )
    return int(every.height)


def _reason(found: pl.DataFrame) -> str:
    reasons = found["reason"].unique()
    return f"Why: {plain(reasons[0])}." if len(reasons) == 1 else ""


def _where(row: dict[str, Any]) -> str:
    catalog = served.lake().catalog
    entity_type = catalog.type(row["type"])
    labels = {each.name: each.label for each in entity_type.fields} | {
        each.name: each.label for each in catalog.link_types
    }
    return f"{entity_type.label}, {labels.get(row['field'], row['field'])}"


def _score(lowest: float, highest: float) -> str:
    return f"{lowest:.2f}" if lowest == highest else f"{lowest:.2f} – {highest:.2f}"


def _key(name: str, group: dict[str, Any]) -> str:
    return f"{name}_{group['rule']}_{group['type']}_{group['field']}_{served.lake().commits}"
