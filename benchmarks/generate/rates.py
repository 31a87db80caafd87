"""How often things go wrong when one entity is written down again, all in one place."""

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Rates:
    """
    Probabilities (0..1) of what happens to a further record of an entity, unless it says otherwise.

    `missing` is a factor: 1 leaves the usual share of cells empty (a name 2-4 %, an e-mail 18 %, a phone 25 %, an address 30 %).
    """

    typo: float = 0.07  # one slip of a key, for each name; two thirds of it for other texts
    nickname: float = 0.14
    initial: float = 0.04
    swapped_names: float = 0.012
    new_family_name: float = 0.02  # married, divorced
    double_family_name: float = 0.02
    new_email: float = 0.12
    shared_mailbox: float = 0.02  # info@ of the firm
    new_phone: float = 0.10
    switchboard: float = 0.22  # of every record: the number of the firm
    new_job: float = 0.08
    moved: float = 0.04
    legal_form_dropped: float = 0.15
    legal_form_written: float = 0.30  # in another way: Ltd, Ltd., Limited
    company_shortened: float = 0.05
    abbreviated: float = 0.30  # of every record: street words
    recased: float = 0.13  # of every record, each text
    placeholder: float = 0.004  # of every cell: n/a, unknown
    missing: float = 1.0

    def scaled(self, factor: float) -> "Rates":
        """All rates times `factor`, at most 1: cleaner below 1, dirtier above."""
        return replace(self, **{field.name: min(getattr(self, field.name) * factor, 1.0) for field in fields(self)})


COPIES = {1: 0.64, 2: 0.21, 3: 0.08, 4: 0.04, 5: 0.02, 8: 0.01}  # records of one entity: how many, how often
"""On average 1.64 records an entity."""
