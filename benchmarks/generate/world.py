"""What contacts and companies are made of: names, places, numbers, and the firms that people work for."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from benchmarks.generate.words import Pool, Towns, family_names, given_names, short_forms, streets, towns
from xrm_lake.demo.generate.chance import Chance, Ints, Mask
from xrm_lake.demo.generate.words import cultures, firm
from xrm_lake.demo.generate.world.writing import slug
from xrm_lake.errors import UnknownName

MAIL_HOSTS = firm().lists["mail_hosts"]
_ENDINGS = (".example", ".example.com", ".example.net")


@dataclass(frozen=True)
class World:
    """The pools to draw from; larger worlds have more names, streets and firms."""

    chance: Chance
    people: int
    countries: tuple[str, ...] = ()  # empty: all

    @cached_property
    def given(self) -> Pool:
        """First names."""
        return given_names(self.chance.stream("given"), min(600, 40 + self.people // 1500))

    @cached_property
    def family(self) -> Pool:
        """Family names."""
        return family_names(self.chance.stream("family"), min(4000, 100 + self.people // 200))

    @cached_property
    def short(self) -> pl.Series:
        """What each first name is short for."""
        return short_forms(self.given)

    @cached_property
    def towns(self) -> Towns:
        """Cities and towns."""
        return towns(self.chance.stream("towns"), 60)

    @cached_property
    def streets(self) -> Pool:
        """Patterns of street and number."""
        return streets(self.chance.stream("streets"), self.family)

    def cultures(self, chance: Chance, n: int) -> Ints:
        """The cultures of `n` firms or people."""
        weights = [told.weight if not self.countries or told.code in self.countries else 0.0 for told in cultures()]
        if not any(weights):
            raise UnknownName("country", self.countries[0], (told.code for told in cultures()))
        return chance.which(weights, n)

    def addresses(self, chance: Chance, culture: Ints) -> pl.DataFrame:
        """An address for each: street, city, postcode, and area, the code that its phone number begins with."""
        town = self.towns.names.draw(chance, culture)
        number = np.minimum(chance.skewed(culture.size, 1.1) * 22 + 1, 2400).astype(np.int64)
        street = self.streets.written(self.streets.draw(chance, culture))
        return pl.DataFrame(
            {
                "street": replaced(street, pl.Series(number).cast(pl.String)),
                "city": self.towns.names.written(town),
                "postcode": filled(chance, self.towns.postcodes.gather(town)),
                "area": self.towns.areas.gather(town),
            }
        )


def replaced(patterns: pl.Series, by: pl.Series) -> pl.Series:
    """Each text with its # replaced by what stands in the same row of `by`."""
    parts = pl.DataFrame({"text": patterns, "by": by}).select(
        pl.col("text").str.splitn("#", 2).struct.unnest(), pl.col("by")
    )
    return parts.select(pl.concat_str("field_0", "by", pl.col("field_1").fill_null("")))["field_0"]


def filled(chance: Chance, patterns: pl.Series) -> pl.Series:
    """Each pattern with every # replaced by a digit of its own."""
    while patterns.str.contains("#", literal=True).any():
        digits = pl.Series(chance.whole(0, 10, len(patterns))).cast(pl.String)
        held = pl.DataFrame({"text": patterns, "digit": digits})
        patterns = held.select(
            pl.when(pl.col("text").str.contains("#", literal=True))
            .then(pl.col("text").str.replace("#", pl.col("digit"), literal=True))
            .otherwise("text")
        )["text"]
    return patterns


def phones(chance: Chance, culture: Ints, area: pl.Series, mobile: Mask) -> pl.Series:
    """National numbers without trunk prefix: a mobile one where `mobile` is true, else one of the area."""
    known = cultures()
    pick = chance.whole(0, 1 << 30, culture.size)
    patterns = [
        told.mobile[draw % len(told.mobile)]
        for told, draw in ((known[c], d) for c, d in zip(culture, pick, strict=True))
    ]
    length = np.array([told.phone_length for told in known])[culture]
    fixed = pl.DataFrame({"area": area.str.strip_chars_start("0"), "length": length}).select(
        pl.col("area").str.pad_end(100, "#").str.head(pl.col("length"))
    )["area"]
    return filled(chance, pl.Series(patterns, dtype=pl.String).zip_with(pl.Series(mobile), fixed))


def firms(world: World, chance: Chance, count: int) -> pl.DataFrame:
    """
    `count` firms: culture, name (without legal form), legal, domain (its own), phone, street, city, postcode, style of its e-mails.
    """
    culture = world.cultures(chance, count)
    at = world.addresses(chance, culture)
    name = _told_apart(_firm_names(world, chance, culture), at["city"])
    known = cultures()
    legal = [
        known[c].legal[d % len(known[c].legal)] for c, d in zip(culture, chance.whole(0, 1 << 30, count), strict=True)
    ]
    ending = pl.Series(_ENDINGS).gather(chance.which((6, 2, 1), count))
    return at.with_columns(
        pl.Series("culture", culture),
        name.alias("name"),
        pl.Series("legal", legal, dtype=pl.String),
        domain=distinct(slugs(name)) + ending,
        phone=phones(chance, culture, at["area"], np.zeros(count, dtype=bool)),
        style=pl.Series(chance.which((50, 22, 14, 8, 6), count)),
    )


def _firm_names(world: World, chance: Chance, culture: Ints) -> pl.Series:
    """Half after a founder, a third fancy, the rest after two founders."""
    n = culture.size
    known = cultures()
    first = world.family.written(world.family.draw(chance, culture))
    second = world.family.written(world.family.draw(chance, culture))
    draws = chance.whole(0, 1 << 30, 3 * n).reshape(3, n)
    picks = list(zip(culture.tolist(), *draws.tolist(), strict=True))
    fancy = [known[c].heads[a % len(known[c].heads)] + known[c].tails[b % len(known[c].tails)] for c, a, b, _ in picks]
    trade = [known[c].trades[d % len(known[c].trades)][0] for c, _, _, d in picks]
    of = pl.DataFrame({"first": first, "second": second, "fancy": fancy, "trade": trade})
    kind = pl.Series(chance.which((0.5, 0.2, 0.15, 0.15), n))
    return of.select(
        pl.when(kind == 0)
        .then(pl.concat_str("first", pl.lit(" "), "trade"))
        .when(kind == 1)
        .then(pl.concat_str("fancy", pl.lit(" "), "trade"))
        .when(kind == 2)
        .then(pl.col("fancy"))
        .otherwise(pl.concat_str("first", pl.lit(" & "), "second"))
    )["first"]


def _told_apart(names: pl.Series, cities: pl.Series) -> pl.Series:
    """The names; one that was there before has its city behind it, so that no register would refuse it."""
    held = pl.DataFrame({"name": names, "city": cities})
    before = pl.int_range(pl.len()).over("name") > 0
    return held.select(pl.when(before).then(pl.concat_str("name", pl.lit(" "), "city")).otherwise("name"))["name"]


def slugs(names: pl.Series) -> pl.Series:
    """Each name as a part of an address."""
    each = names.unique()
    return names.replace_strict(each, [slug(name) for name in each.to_list()], return_dtype=pl.String)


def distinct(names: pl.Series) -> pl.Series:
    """The names, with a number behind each that was there before."""
    seen = pl.int_range(pl.len()).over(pl.col("name"))
    return (
        names.to_frame("name")
        .with_columns(seen.alias("seen"))
        .select(
            pl.when(pl.col("seen") > 0)
            .then(pl.concat_str("name", (pl.col("seen") + 1).cast(pl.String)))
            .otherwise("name")
        )["name"]
    )
