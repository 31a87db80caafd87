"""What a proposal is: a change of one value of one record, or a link that it lacks, with its reason and score."""

from dataclasses import dataclass

import polars as pl

# What rules give: `old` is null where nothing stands; of a link, `field` is its type and `new` the id of the other record.
PROPOSALS = pl.Schema(
    {
        "rule": pl.String(), "type": pl.String(), "entity_id": pl.Int64(), "field": pl.String(), "old": pl.String(), "new": pl.String(),
        "basis_field": pl.String(), "basis": pl.String(), "reason": pl.String(), "score": pl.Float64(),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One sort of fix: its name, what it does in the words of a page, and to which of the three parts it belongs."""

    name: str
    label: str
    sort: str


STANDARDISE, FILL, LINK = "standardise", "fill", "link"
RULES = (
    Rule("canonical", "Put into canonical form", STANDARDISE),
    Rule("phone", "Phone numbers as the world dials them", STANDARDISE),
    Rule("email", "Slips in e-mail addresses", STANDARDISE),
    Rule("web", "Slips in web addresses", STANDARDISE),
    Rule("country", "Countries with a slip", STANDARDISE),
    Rule("letter_case", "Names in one case", STANDARDISE),
    Rule("spacing", "Spaces and commas", STANDARDISE),
    Rule("allowed", "Spellings of an allowed value", STANDARDISE),
    Rule("country_from_phone", "Country from the phone number", FILL),
    Rule("country_from_postcode", "Country from the postal code", FILL),
    Rule("domain_from_email", "Domain from the e-mail address", FILL),
    Rule("domain_from_people", "Domain from the people's e-mail addresses", FILL),
    Rule("firm_from_email", "Firm from the e-mail address", FILL),
    Rule("link_by_domain", "Link by e-mail domain", LINK),
    Rule("link_by_phone", "Link by phone number", LINK),
    Rule("link_by_address", "Link by address", LINK),
    Rule("link_by_name", "Link by a name in the text", LINK),
)
SORT_OF = {rule.name: rule.sort for rule in RULES}


def proposals(*parts: pl.DataFrame) -> pl.DataFrame:
    """Proposals of several rules together (schema PROPOSALS)."""
    return pl.concat(
        [pl.DataFrame(schema=PROPOSALS), *(part.select(list(PROPOSALS)).cast(PROPOSALS) for part in parts)]
    )
