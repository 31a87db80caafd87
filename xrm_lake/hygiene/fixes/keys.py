"""
Keys of values: what two spellings of one thing have in common, from strict to lax.

Fingerprint and n-gram fingerprint are those of OpenRefine (Clustering in depth); the sounds are Metaphone (Philips 1990) for
English and the Cologne phonetics (Postel 1969) for German. Pure: distinct texts in, keys of the same length out, null where a
text has nothing to compare.
"""

from collections.abc import Callable

import polars as pl

# Words of so few letters sound alike too easily: they are kept as they are.
_SHORT = 3
_ACCENTS = r"[\u0300-\u036F]"


def fold(values: pl.Series) -> pl.Series:
    """Small letters without accents, `ß` as `ss`: `Crème Straße` as `creme strasse`."""
    text = pl.col("v").str.to_lowercase().str.replace_all("ß", "ss", literal=True)
    text = text.str.normalize("NFKD").str.replace_all(_ACCENTS, "").str.to_lowercase()
    return values.cast(pl.String).to_frame("v").select(text.alias(values.name)).to_series()


def words(values: pl.Series) -> pl.Series:
    """The words of each value, folded: a list of text. Points and apostrophes part no words, all other signs do."""
    text = pl.col("v").str.replace_all(r"[.'’`´]", "").str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars(" ")
    return fold(values).to_frame("v").select(text.str.split(" ").alias(values.name)).to_series()


def compact(values: pl.Series) -> pl.Series:
    """Letters and digits alone, folded: `GTX Pro` as `gtxpro`; null where there is none."""
    text = pl.col("v").str.replace_all(r"[^\p{L}\p{M}\p{N}]", "")
    return fold(values).to_frame("v").select(pl.when(text != "").then(text).alias(values.name)).to_series()


def fingerprint(values: pl.Series) -> pl.Series:
    """
    The different words of each value in order.

    >>> fingerprint(pl.Series(["Cruise, Tom", "tom  CRUISE", "Tom Cruise", "--"])).to_list()
    ['cruise tom', 'cruise tom', 'cruise tom', None]
    """
    joined = pl.col("v").list.unique().list.sort().list.join(" ")
    return words(values).to_frame("v").select(pl.when(joined != "").then(joined).alias(values.name)).to_series()


def ngram(values: pl.Series) -> pl.Series:
    """
    The different pairs of neighbouring letters of each value in order, spaces and signs aside.

    >>> ngram(pl.Series(["GTX Pro", "GTXPro", "GTX Plus Pro"])).to_list()
    ['gt pr ro tx xp', 'gt pr ro tx xp', 'gt lu pl pr ro sp tx us xp']
    """
    bare = compact(values)
    distinct = bare.drop_nulls().unique()
    each = (
        distinct.to_frame("v")
        .with_columns(last=pl.max_horizontal(pl.col("v").str.len_chars() - 1, pl.lit(1)).cast(pl.Int64))
        .with_columns(place=pl.int_ranges(0, "last"))
        .explode("place")
        .select("v", pair=pl.col("v").str.slice(pl.col("place"), 2))
        .group_by("v")
        .agg(pl.col("pair").unique().sort())
        .with_columns(pl.col("pair").list.join(" "))
    )
    keyed = bare.to_frame("v").join(each, on="v", how="left", maintain_order="left")
    return keyed["pair"].rename(values.name)


def metaphone(values: pl.Series) -> pl.Series:
    """
    How the words of each value sound in English, in order.

    >>> metaphone(pl.Series(["Catherine Smith", "Smyth, Katherine"])).n_unique()
    1
    """
    import jellyfish

    return _sounds(values, jellyfish.metaphone)


def cologne(values: pl.Series) -> pl.Series:
    """
    How the words of each value sound in German, in order.

    >>> cologne(pl.Series(["Maier", "Mayer", "Meyer"])).n_unique()
    1
    """
    from cologne_phonetics import encode

    return _sounds(values, lambda word: "".join(code for _, code in encode(word)))


def _sounds(values: pl.Series, sound: Callable[[str], str]) -> pl.Series:
    """The sounds of the words in order; a word with anything but Latin letters, or of few of them, stands for itself."""
    listed = words(values)
    distinct = listed.explode().drop_nulls().unique()
    spoken = distinct.filter(distinct.str.contains(rf"^[a-z]{{{_SHORT + 1},}}$"))
    told = [sound(word) or word for word in spoken.to_list()]
    known = pl.DataFrame({"word": spoken, "sound": pl.Series(told, dtype=pl.String)})
    rows = pl.DataFrame({"v": listed}).with_row_index("place").explode("v")
    heard = rows.join(known, left_on="v", right_on="word", how="left").with_columns(
        pl.coalesce("sound", "v").alias("k")
    )
    keyed = heard.group_by("place").agg(pl.col("k").unique().sort()).with_columns(pl.col("k").list.join(" "))
    keys = pl.DataFrame({"place": pl.int_range(len(values), dtype=pl.UInt32, eager=True)})
    found = keys.join(keyed, on="place", how="left", maintain_order="left")["k"]
    return found.replace("", None).rename(values.name)
