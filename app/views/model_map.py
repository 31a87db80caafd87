"""A picture of the model."""

import served
import streamlit as st

_MOST_DRAWN = 24


def model_map() -> None:
    """A picture of the types and what joins them."""
    catalog = served.lake().catalog
    types = catalog.active_types[:_MOST_DRAWN]
    names = {item.name for item in types}
    lines = ["erDiagram", "  direction LR"]
    for item in types:
        lines.append(f'  {item.name}["{_safe(item.label)}"]')
        lines += [f'  {item.name} }}o--|| {party} : "is role of"' for party in item.party_types if party in names]
    for link in catalog.link_types:
        if link.retired:
            continue
        one = "}o--o|" if link.cardinality == "one" else "}o--o{"
        lines += [
            f'  {begin} {one} {end} : "{_safe(link.label)}"'
            for begin in link.from_types for end in link.to_types if begin in names and end in names
        ]  # fmt: skip
    st.mermaid_chart(
        "\n".join(lines), alt="The types and the links between them; the tab Link types says the same in words"
    )
    if len(catalog.active_types) > _MOST_DRAWN:
        st.caption(
            f"The first {_MOST_DRAWN} of {len(catalog.active_types)} types. Links that admit any type are not drawn."
        )
    else:
        st.caption("Links that admit any type are not drawn.")


def _safe(text: str) -> str:
    return "".join(letter if letter.isalnum() or letter in " -" else " " for letter in text).strip() or "type"
