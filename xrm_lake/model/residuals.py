"""
Residual values: "Other leads", "Sonstige Quellen", "Autres villes", which say no more than that it is none of the others.

A word for "other" before the name of the field or of the type, and nothing else. Where a field has several values that begin so
("Other cities", "Other metro cities"), they are classes of their own and say something.
"""

import re
from collections.abc import Iterable

from xrm_lake.model.entity_type import EntityType, Field

OTHER = (
    "other", "others", "sonstige", "sonstiger", "sonstiges", "andere", "anderes", "weitere", "autre", "autres", "otro", "otra", "otros",
    "otras", "outro", "outra", "outros", "outras", "altro", "altra", "altri", "altre", "overige", "overig", "andere", "annan", "annat",
    "övriga", "övrigt", "andre", "muut", "muu", "inne", "inny", "inna", "ostatní", "jiné", "jiný", "egyéb", "alte", "altele", "ostalo",
    "drugo", "diğer", "другие", "другое", "прочие", "прочее", "інші", "інше", "άλλο", "άλλα",
)  # fmt: skip
BEGINS = r"^(?:" + "|".join(sorted(set(OTHER), key=len, reverse=True)) + r")\s+\S"
"""How a value that may be one begins, in small letters; for DuckDB and Python alike."""


def residual_values(values: Iterable[str], item: EntityType, field: Field) -> list[str]:
    """
    Which of a field's values say no more than "other"; at most one does.

    >>> lead = EntityType("lead", "Lead", "Leads")
    >>> profile, city = Field("profile", "Profile", "choice"), Field("city", "City", "city")
    >>> residual_values(["Student", "Other Leads"], lead, profile)
    ['Other Leads']
    >>> residual_values(["Other Cities", "Other Metro Cities", "Thane"], lead, city)
    []
    """
    begun = [value for value in values if re.match(BEGINS, value.strip().lower())]
    if len(begun) != 1:
        return []
    rest = begun[0].strip().lower().split()[1:]
    named = {word for text in (item.label, item.plural, field.label) for word in re.findall(r"\w+", text.lower())}
    return begun if all(any(_same_word(word, name) for name in named) for word in rest) else []


def _same_word(one: str, other: str) -> bool:
    """Whether two words are forms of one: alike but for their endings, as City and Cities."""
    short, long = sorted((one, other), key=len)
    stem = max(3, len(short) - 1)
    return len(short) >= 3 and len(long) - len(short) <= 3 and short[:stem] == long[:stem]
