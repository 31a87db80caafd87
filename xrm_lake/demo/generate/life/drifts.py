"""How things drift over the forty weeks: five slow changes, each declared here with its measure and its size."""

from dataclasses import dataclass

import numpy as np

from xrm_lake.demo.generate.chance import Floats, Ints
from xrm_lake.demo.generate.stamps import WEEKS


@dataclass(frozen=True)
class Drift:
    """
    One change: `measure` went from `before` to `after` from `week` on.

    `file` is the start of the paths it shows in, `scope` the team, user or field it
    is confined to. A gradual drift reaches `after` in week 40, a sudden one at once.
    """

    name: str
    file: str
    scope: str
    measure: str
    week: int
    before: float
    after: float
    gradual: bool

    def level(self, week: Ints) -> Floats:
        """The measure in each week; the weeks before the first are as the first."""
        way = np.clip((week - self.week + 1) / (WEEKS - self.week + 1), 0.0, 1.0)
        if not self.gradual:
            way = (week >= self.week).astype(np.float64)
        return np.asarray(self.before + way * (self.after - self.before), dtype=np.float64)


DUPLICATES = Drift(
    "duplicates_rise", "hubspot/", "contacts", "share of the new contacts of a week that were already there",
    week=25, before=0.03, after=0.24, gradual=True,
)  # fmt: skip
OTHER = Drift(
    "other_creeps_in", "salesforce/", "LeadSource", "share of 'Other' among the lead sources set in a week",
    week=20, before=0.04, after=0.55, gradual=True,
)  # fmt: skip
UNTOUCHED = Drift(
    "team_untouched", "hubspot/", "team North", "share of the team's contacts with activity that goes on",
    week=30, before=1.0, after=0.0, gradual=False,
)  # fmt: skip
STAGE = Drift(
    "stage_meaning", "salesforce/", "one user", "share of the user's new deals put straight into negotiation",
    week=24, before=0.0, after=0.85, gradual=False,
)  # fmt: skip
PUSHED = Drift(
    "close_dates_pushed", "salesforce/", "CloseDate", "how often the close date of a new deal will be moved",
    week=20, before=0.15, after=1.9, gradual=True,
)  # fmt: skip
DRIFTS = (DUPLICATES, OTHER, UNTOUCHED, STAGE, PUSHED)
