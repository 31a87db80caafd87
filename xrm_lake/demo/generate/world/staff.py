"""The people of the firm itself: who sells for which team, and who looks after which customer."""

from dataclasses import dataclass

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Ints, Texts, texts
from xrm_lake.demo.generate.words import cultures, firm
from xrm_lake.demo.generate.world.writing import slug

PER_TEAM = 6
SYSTEMS = ("hubspot", "salesforce")


@dataclass(frozen=True)
class Staff:
    """
    One entry for each user, by number.

    `owner` gives, for each system, the user who looks after each true firm.
    `redefiner` is the one whose stages change their meaning, `hoarder` the one
    who keeps a private list; both work in Salesforce.
    """

    given: Texts
    family: Texts
    email: Texts
    team: Texts
    system: Texts
    owner: dict[str, Ints]
    redefiner: int
    hoarder: int

    @property
    def name(self) -> Texts:
        """Given and family name."""
        return np.asarray(self.given + " " + self.family, dtype=object)


def make_staff(chance: Chance, firms: int) -> Staff:
    """Six users for each team; the one who redefines stages has more customers than the others."""
    ours = firm()
    teams = np.repeat(texts(list(ours.teams)), PER_TEAM)
    system = np.repeat(texts(list(ours.teams.values())), PER_TEAM)
    n = teams.size
    home = [c for c in cultures() if c.code in ("DE", "NL", "GB", "FR")]
    given = [(home[i % 4].given_f + home[i % 4].given_m)[(i * 11) % 40] for i in range(n)]
    family = [home[(i + i // 4) % 4].family[(i * 7 + 3) % 20] for i in range(n)]
    email = [f"{slug(a)}.{slug(b)}@{ours.domain}" for a, b in zip(given, family, strict=True)]
    in_sf = np.flatnonzero(system == "salesforce")
    redefiner, hoarder = int(in_sf[2]), int(in_sf[7])
    owner = {}
    for name in SYSTEMS:
        users = np.flatnonzero(system == name)
        weights = np.where(users == redefiner, 3.0, 1.0)
        owner[name] = users[chance.which(weights, firms)]
    return Staff(texts(given), texts(family), texts(email), teams, system, owner, redefiner, hoarder)
