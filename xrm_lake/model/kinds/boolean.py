"""Yes or no."""

import polars as pl

from .base import DEFAULTS, Options
from .text import Text
from .tidy import derive, one_of, settle, tidy

_TRUE = (
    "true t yes y 1 1.0 x ✓ ✔ ✔️ ☑ ☑️ ✅ on checked ja j oui vrai si sí verdadero vero sim verdadeiro tak prawda ano áno "
    "igen igaz da да истина так ναι kyllä tosi evet doğru sann sand wahr waar 是 真 はい 네 예 نعم כן"
)
_FALSE = (
    "false f no n 0 0.0 ✗ ✘ ✖ ☐ ❌ off unchecked nein non faux falso não nao falsch nee onwaar nie fałsz ne nem hamis "
    "nu нет ложь ні не όχι ei epätosi hayır yanlış nej falsk nei usann 否 不 假 いいえ 아니요 아니오 لا לא"
)
_WORDS = dict.fromkeys(_TRUE.split(), "true") | dict.fromkeys(_FALSE.split(), "false")


class Boolean(Text):
    """`true` or `false`; read from yes and no in many languages, `1`, `0`, ticks and crosses in boxes (`x`, `✓`)."""

    name = "boolean"
    duck_type = "boolean"
    match_as = None

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """`true` or `false`. An empty box is null, not false: it may be one that nobody looked at."""
        raw = tidy(values)
        read = derive(raw, pl.col("v").str.to_lowercase()).replace_strict(_WORDS, default=None, return_dtype=pl.String)
        return settle(raw, read, read.is_not_null())

    def is_valid(self, values: pl.Series) -> pl.Series:
        """`true` or `false`."""
        return one_of(values, frozenset(("true", "false")))
