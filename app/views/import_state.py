"""Where somebody is in an import: what was read, what was said of it, and what was found."""

from dataclasses import dataclass, field, replace

import streamlit as st

from xrm_lake.errors import XrmError
from xrm_lake.ingest.needed import needed
from xrm_lake.ingest.overrule import overrule
from xrm_lake.ingest.plan import FilePlan, Planned
from xrm_lake.ingest.prepare import Prepared
from xrm_lake.ingest.terms import Terms
from xrm_lake.ingest.told_values import with_values
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.results import ImportResult
from xrm_lake.server.running import End

STEPS = ("Files", "Mapping", "Dry run", "Result")
_KEY = "_import"


@dataclass
class Wizard:
    """
    One import of one visitor.

    `doing` says what the `job` does: read, try or run. `planned` are the plans as they were overruled so far, `codes` what was chosen
    for the columns of the table at the place `shown` since it was opened, `told` what unknown values mean.
    """

    step: int = 0
    job: int | None = None
    doing: str = ""
    source: str | None = None
    propose: bool = True
    prepared: Prepared | None = None
    planned: Planned | None = None
    shown: int = 0
    codes: dict[int, str] = field(default_factory=dict)
    told: dict[str, dict[str, str]] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    final: Planned | None = None
    tried: ImportResult | None = None
    end: End | None = None
    problem: XrmError | None = None
    version: int = 0

    @property
    def begun(self) -> bool:
        """Whether there is anything to start over."""
        return self.step > 0 or self.job is not None

    def plans(self) -> Planned:
        """The plans of this moment."""
        assert self.planned is not None
        return self.planned

    def settle(self) -> None:
        """Put what was chosen for the columns of the open table into its plan."""
        if self.codes:
            self.put(self.shown, overrule(self.plans().plans[self.shown], self.codes))
            self.codes = {}

    def put(self, place: int, plan: FilePlan) -> None:
        """Another plan for a table."""
        plans = self.plans().plans
        self.planned = replace(self.plans(), plans=(*plans[:place], plan, *plans[place + 1 :]))

    def to_try(self, catalog: Catalog) -> Planned:
        """What is to be carried out: with what was told of values, and without additions that nothing goes to."""
        self.settle()
        wanted = needed(self.plans(), catalog)
        # What was told of a column that is none any more is not told of any other.
        fields = {column.field for plan in wanted.plans for column in plan.columns}
        told = {name: words for name, words in self.told.items() if name in fields}
        return replace(wanted, plans=tuple(with_values(wanted.plans, told, catalog)))


def wizard() -> Wizard:
    """The import that this visitor is at."""
    state: Wizard = st.session_state.setdefault(_KEY, Wizard())
    return state


def start_over() -> Wizard:
    """Forget all that was chosen."""
    version = wizard().version + 1
    st.session_state[_KEY] = Wizard(version=version)
    return wizard()
