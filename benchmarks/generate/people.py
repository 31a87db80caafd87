"""
People as they truly are, among others who look like them.

Colleagues share firm, street and switchboard; households share the family name, the address, often the phone and
now and then the mailbox; twins also have nearly the same first name; namesakes share nothing but the name.
"""

import numpy as np
import polars as pl

from benchmarks.generate.world import MAIL_HOSTS, World, distinct, phones
from xrm_lake.demo.generate.chance import Chance, Ints
from xrm_lake.demo.generate.words import firm

HOUSEHOLD = 0.06  # of all people live with the one before
TWIN = 0.12  # of those
NAMESAKE = 0.005  # beside those whom common names make
FAMILY_PHONE, FAMILY_MAILBOX = 0.5, 0.15  # of those who live with somebody
WORKS = 0.72
TITLES = (*firm().lists["titles"], "CEO", "CFO", "Sales Manager", "Engineer", "Consultant", "Analyst", "HR Manager")


def people(world: World, chance: Chance, count: int, firms: pl.DataFrame) -> pl.DataFrame:
    """
    `count` people, the row being their number: culture, given and family (places in the pools), firm (a row of `firms`), works, title,
    street, city, postcode (at home), phone, email (at work if they work), private (another e-mail).
    """
    employer = employers(chance, count, len(firms))
    # By country, so that those who live with the one before live in one country.
    employer = employer[np.argsort(firms["culture"].to_numpy()[employer], kind="stable")]
    culture = firms["culture"].to_numpy()[employer]
    home = world.addresses(chance, culture)
    frame = home.with_columns(
        pl.Series("culture", culture),
        pl.Series("firm", employer),
        pl.Series("works", chance.chance(count, WORKS)),
        given=pl.Series(world.given.draw(chance, culture)),
        family=pl.Series(world.family.draw(chance, culture)),
        phone=phones(chance, culture, home["area"], chance.chance(count, 0.7)),
        title=pl.Series(TITLES).gather(chance.whole(0, len(TITLES), count)),
    )
    lives_with = _households(chance, count)
    return _with_emails(world, chance, _alike(world, chance, frame, lives_with), firms, lives_with)


def employers(chance: Chance, count: int, firms: int) -> Ints:
    """Where each works: few firms employ many, many employ few."""
    return chance.which(np.arange(1, firms + 1, dtype=np.float64) ** -0.5, count)


def someone_else(chance: Chance, culture: Ints) -> Ints:
    """For each, a row of the same culture, any."""
    order = np.argsort(culture, kind="stable")
    sizes = np.bincount(culture)
    first = np.cumsum(sizes) - sizes
    return order[first[culture] + chance.whole(0, 1 << 40, culture.size) % sizes[culture]]


def _households(chance: Chance, count: int) -> Ints:
    """For each, the first person of the household."""
    joins = chance.chance(count, HOUSEHOLD)
    joins[:1] = False
    return np.maximum.accumulate(np.where(joins, 0, np.arange(count)))


def _alike(world: World, chance: Chance, frame: pl.DataFrame, lives_with: Ints) -> pl.DataFrame:
    count = len(frame)
    joined = lives_with != np.arange(count)
    share_phone = joined & chance.chance(count, FAMILY_PHONE)
    home = frame.select("street", "city", "postcode").select(pl.all().gather(lives_with))
    phone = frame["phone"].gather(np.where(share_phone, lives_with, np.arange(count)))
    given, family, culture = (frame[name].to_numpy().copy() for name in ("given", "family", "culture"))
    namesake = chance.chance(count, NAMESAKE) & ~joined
    whose = np.where(namesake, someone_else(chance, culture), np.arange(count))
    given, family = given[whose], family[whose][lives_with]
    twin = np.flatnonzero(joined & chance.chance(count, TWIN))
    given[twin] = _neighbours(world)[given[lives_with[twin]]]
    return frame.with_columns(*home, phone, given=pl.Series(given), family=pl.Series(family))


def _neighbours(world: World) -> Ints:
    """For each first name, the next in the alphabet: Martin and Martina."""
    texts = np.array(world.given.texts)
    order = np.argsort(texts, kind="stable")
    following = np.empty(order.size, dtype=np.int64)
    following[order] = np.roll(order, -1)
    return following


def _with_emails(
    world: World, chance: Chance, frame: pl.DataFrame, firms: pl.DataFrame, lives_with: Ints
) -> pl.DataFrame:
    count = len(frame)
    given, family = world.given.slugs.gather(frame["given"]), world.family.slugs.gather(frame["family"])
    style = pl.Series(chance.which((40, 20, 10, 20, 10), count))
    number = pl.Series(chance.whole(1, 1000, count)).cast(pl.String).set(pl.Series(chance.chance(count, 0.3)), "")
    host = pl.Series(MAIL_HOSTS).gather(chance.whole(0, len(MAIL_HOSTS), count))
    # Numbers are given before the @, so that no two people have one address.
    private = local_part(given, family, style) + number
    private = unlike(private, host)
    at_work = unlike(
        local_part(given, family, firms["style"].gather(frame["firm"])), firms["domain"].gather(frame["firm"])
    )
    email = at_work.zip_with(frame["works"], private)
    shares = (lives_with != np.arange(count)) & chance.chance(count, FAMILY_MAILBOX)
    family_mailbox = private.gather(lives_with)
    return frame.with_columns(email=family_mailbox.zip_with(pl.Series(shares), email), private=private)


def local_part(given: pl.Series, family: pl.Series, style: pl.Series) -> pl.Series:
    """What stands before the @: ann.berg, aberg, ann, annberg, ann_b."""
    held = pl.DataFrame({"given": given, "family": family})
    ways = (
        pl.concat_str("given", pl.lit("."), "family"),
        pl.concat_str(pl.col("given").str.head(1), "family"),
        pl.col("given"),
        pl.concat_str("given", "family"),
    )
    chosen = pl.concat_str("given", pl.lit("_"), pl.col("family").str.head(1))
    for place, way in enumerate(ways):
        chosen = pl.when(style == place).then(way).otherwise(chosen)
    return held.select(chosen.alias("local"))["local"]


def unlike(local: pl.Series, domain: pl.Series) -> pl.Series:
    """Addresses, each of its own: a number goes before the @ of one that was there before."""
    whole = pl.DataFrame({"local": local, "domain": domain})
    seen = pl.int_range(pl.len()).over("local", "domain")
    number = pl.when(seen > 0).then((seen + 1).cast(pl.String)).otherwise(pl.lit(""))
    # A local part that ends in a digit might meet a numbered one: ann1 + 2 = ann12.
    return distinct(whole.select(email=pl.concat_str("local", number, pl.lit("@"), "domain"))["email"])
