"""The desk the files are written on: drafts, what was planted, and who is who, collected file by file."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from xrm_lake.demo.generate.chance import Chance, Floats, Ints, Mask, Texts, texts
from xrm_lake.demo.generate.faults.draft import Draft, Faults
from xrm_lake.demo.generate.faults.vary import FIRM_WAYS, PERSON_WAYS, SAME, Entry
from xrm_lake.demo.generate.truth import CLUSTERS
from xrm_lake.demo.generate.words import cultures
from xrm_lake.demo.generate.world.cast import Cast
from xrm_lake.demo.generate.world.scene import Scene


@dataclass(frozen=True)
class Form:
    """How a file is stored: path, sheet of a workbook, source system, encoding, separator, typed columns."""

    path: str
    system: str
    sheet: str | None = None
    encoding: str | None = "utf-8"
    separator: str | None = ","
    dates: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the truth calls the file: its path, and the sheet if the workbook has several."""
        return f"{self.path}#{self.sheet}" if self.sheet else self.path


@dataclass
class Desk:
    """The drafts so far, with their forms, the faults and the clusters."""

    scene: Scene
    faults: Faults = field(default_factory=Faults)
    drafts: list[tuple[Form, Draft]] = field(default_factory=list)
    _clusters: list[pl.DataFrame] = field(default_factory=list)

    def draft(self, form: Form, entity: str, key: str, cells: dict[str, Texts]) -> Draft:
        """A new draft on the desk."""
        made = Draft(form.name, entity, key, cells, self.faults)
        self.drafts.append((form, made))
        return made

    def tell_persons(self, draft: Draft, entry: Entry, cast: Cast, columns: dict[str, str]) -> None:
        """Write down who the rows are, how they differ, and what they share with others; `columns` by plain field."""
        people = self.scene.people
        self._tell(draft, entry, cast, "person", columns)
        at_home = np.asarray(people.org[entry.who] < 0)
        for fault, shares, name in (
            ("shared_mailbox", people.mailbox[entry.who], "email"),
            ("shared_switchboard", people.switchboard[entry.who], "phone"),
        ):
            kept = shares & ~np.isin(entry.how, ["new_email", "moved_firm"])
            if name in columns:
                draft.note(fault, columns[name], np.flatnonzero(kept))
        twice = people.household[entry.who] & at_home
        draft.note("household", "", np.flatnonzero(twice))

    def tell_firms(self, draft: Draft, entry: Entry, cast: Cast, columns: dict[str, str]) -> None:
        """Write down which firms the rows are, how they differ, and which bear another's name."""
        firms = self.scene.firms
        self._tell(draft, entry, cast, "organisation", columns)
        draft.note("legal_form_twin", "", np.flatnonzero(firms.twin[entry.who]))
        draft.note("namesake_organisation", "", np.flatnonzero(firms.namesake[entry.who]))

    def tell_same(self, draft: Draft, entity: str, who: Texts) -> None:
        """Write down which true thing each row is."""
        columns = {"external_key": draft.keys.tolist(), "true_id": who.tolist()}
        told = pl.DataFrame(columns).with_columns(file=pl.lit(draft.file), entity=pl.lit(entity))
        self._clusters.append(told.select(CLUSTERS.names()))

    def clusters(self) -> pl.DataFrame:
        """file, external_key, entity, true_id of all rows so far."""
        return pl.concat([CLUSTERS.to_frame(), *self._clusters])

    def _tell(self, draft: Draft, entry: Entry, cast: Cast, entity: str, columns: dict[str, str]) -> None:
        prefix = "P" if entity == "person" else "O"
        self.tell_same(draft, entity, texts([f"{prefix}{number}" for number in entry.who.tolist()]))
        draft.note(f"duplicate_{entity}_within", "", np.flatnonzero(cast.repeat))
        draft.note(f"duplicate_{entity}_across", "", np.flatnonzero(cast.known))
        ways = PERSON_WAYS if entity == "person" else FIRM_WAYS
        for name, way in ways.items():
            if name != SAME:
                draft.note(f"differs_{name}", columns.get(way.field, ""), np.flatnonzero(entry.how == name))


def tell_national(draft: Draft, *columns: str) -> None:
    """Write down which telephone numbers lack the calling code: only the country of the row tells whose they are."""
    for column in columns:
        bare = [bool(cell) and not cell.startswith(("+", "00")) for cell in draft.cells[column]]
        draft.note("phone_without_calling_code", column, np.flatnonzero(bare))


def based_in(scene: Scene, entry: Entry) -> Ints:
    """The country whose address and desk telephone each person has: that of the firm, or their own."""
    return np.where(entry.firm >= 0, scene.firms.culture[entry.firm], entry.culture)


def country(chance: Chance, culture: Ints, *, usual: float) -> Texts:
    """The country of each row: mostly the usual spelling, now and then another."""
    known = cultures()
    other = 1 + chance.whole(0, 3, culture.size)
    spelling = np.where(chance.chance(culture.size, usual), 0, other).tolist()
    return texts([known[c].country[s] for c, s in zip(culture.tolist(), spelling, strict=True)])


def money(amounts: Floats) -> Texts:
    """Amounts with a decimal point and two digits."""
    return texts([f"{amount:.2f}" for amount in amounts.tolist()])


def flag(mask: Mask) -> Texts:
    """`true` or `false`."""
    return np.where(mask, "true", "false").astype(object)


def some_filled(chance: Chance, values: Texts, share: float) -> Texts:
    """The values, with only a share of them given."""
    return np.where(chance.chance(values.size, share), values, "").astype(object)
