"""What a lake should hold, told from its batches alone: a plain model to hold the store against."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from xrm_lake.store.components import components

FIELDS = ("name", "town")


@dataclass
class Written:
    """One batch: what it did, in order, and which batch took it back."""

    id: int
    kind: str
    did: list[tuple]
    undone_by: int | None = None
    undoes: int | None = None


@dataclass
class Believed:
    """The batches, and all that follows from those that count."""

    batches: dict[int, Written] = field(default_factory=dict)

    def write(self, id: int, kind: str, did: Iterable[tuple], undoes: int | None = None) -> None:
        self.batches[id] = Written(id, kind, list(did), undoes=undoes)

    def undo(self, id: int, by: int) -> int:
        """Take back a batch, or an undo; gives the batch whose doings are at stake."""
        self.write(by, "undo", [], undoes=id)
        self.batches[id].undone_by = by
        target = self.batches[id]
        if target.kind != "undo":
            return id
        self.batches[target.undoes].undone_by = None
        return target.undoes

    def doings(self, op: str, *, counted: bool = True) -> list[tuple]:
        """(batch, *what) of all doings of a sort, in order, of the batches that count."""
        batches = [b for _, b in sorted(self.batches.items()) if not counted or b.undone_by is None]
        return [(batch.id, *what[1:]) for batch in batches for what in batch.did if what[0] == op]

    def values(self) -> dict[int, dict[str, str | None]]:
        """Each record that ever was, with its values."""
        values = {id: dict(first) for _, id, first in self.doings("create", counted=False)}
        for _, id, name, value in self.doings("set"):
            values[id][name] = value
        return values

    def alive(self) -> set[int]:
        return {id for _, id, _ in self.doings("create")} - {id for _, id in self.doings("delete")}

    def links(self) -> set[tuple[int, int, int]]:
        ended = {id for _, id in self.doings("unlink")}
        return {(id, start, end) for _, id, start, end in self.doings("link") if id not in ended}

    def joined(self) -> dict[int, list[int]]:
        """All that was judged one by golden record, the deleted too; two members or more stand."""
        alive, last = self.alive(), {}
        for _, left, right, verdict in self.doings("verdict"):
            last[left, right] = verdict
        found: dict[int, list[int]] = {}
        for id, root in sorted(components(pair for pair, verdict in last.items() if verdict == "same").items()):
            found.setdefault(root, []).append(id)
        standing = [(sorted(alive.intersection(ids)), ids) for ids in found.values()]
        return {members[0] + 1: ids for members, ids in standing if len(members) > 1}

    def clusters(self) -> dict[int, list[int]]:
        """The members of each golden record that stand."""
        alive = self.alive()
        return {golden: [id for id in ids if id in alive] for golden, ids in self.joined().items()}

    def golden_of(self, id: int) -> int:
        """What stands for a record: the golden record of its cluster, or itself."""
        return next((golden for golden, ids in self.joined().items() if id in ids), id)

    def golden_ends(self, link: tuple[int, int, int]) -> tuple[int, int]:
        """What a link joins now."""
        return self.golden_of(link[1]), self.golden_of(link[2])

    def golden_values(self) -> dict[int, dict[str, str | None]]:
        """What survives: the last pin on a member; else what a person set last, what is most frequent, what is oldest."""
        values, alive = self.values(), self.alive()
        return {
            golden: {name: self._survivor(ids, name, values, alive) for name in FIELDS}
            for golden, ids in self.joined().items()
        }

    def kept(self, subject: int, alive: set[int]) -> set[tuple[int, str]]:
        """What an undo of this batch left, because it was changed again later; `alive` are the records before it."""
        later = {(id, name) for batch, id, name, _ in self.doings("set") if batch > subject}
        pins = {(owner, name): batch for batch, owner, name, _ in self.doings("pin")}
        hidden = {place for place, batch in pins.items() if batch > subject}
        standing = {id for id, *_ in self.links()}
        for batch, id, *ends in self.doings("link"):
            hidden |= {(end, "knows") for end in ends if batch > subject and id in standing}
        for batch, *pair, verdict in self.doings("verdict"):
            hidden |= {(end, verdict) for end in pair if batch > subject}
        did = self.batches[subject].did
        changed = {what[1:3] for what in did if what[0] == "set"}
        withdrawn = {what[1] for what in did if what[0] in ("create", "delete")} & alive - self.alive()
        return later & changed | {place for place in later | hidden if place[0] in withdrawn}

    def _survivor(self, joined: list[int], name: str, values: dict, alive: set[int]) -> str | None:
        pins = [value for _, owner, what, value in self.doings("pin") if owner in joined and what == name]
        if pins:
            return pins[-1]
        edits = {
            id: batch
            for batch, id, what, _ in self.doings("set")
            if what == name and self.batches[batch].kind == "edit"
        }
        held = [(id, values[id][name]) for id in joined if id in alive and values[id][name] is not None]
        often = Counter(value for _, value in held)
        return min(held, key=lambda item: (-edits.get(item[0], 0), -often[item[1]], item[0]), default=(0, None))[1]
