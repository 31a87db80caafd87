"""
One run of Splink, in a process of its own: load, train, predict, cluster, with the set-up that fits the columns.

The set-ups stand in `benchmarks/peers/splink.toml`. The u-probabilities are estimated from 1e6 pairs, Splink's default,
with its seed fixed so that runs are alike.
"""

import logging
import tomllib
import warnings
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_library as library
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks.duplicates.stopwatch import Stopwatch, request, tell

SETUPS = Path(__file__).parents[1] / "peers" / "splink.toml"
PAIRS_FOR_U = 1e6
AT_LEAST = 0.5  # what it keeps; its clusters are those of the pairs over the middle of the thresholds that are compared
CLUSTERED_AT = 0.95


def main() -> None:
    """Find the pairs and the clusters; leave pairs.parquet (left, right, score)."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    asked = request()
    out, setup = str(asked["out"]), setup_for(asked["meaning"])
    watch = Stopwatch()
    connection = duckdb.connect()
    linker, untrained = trained(connection, str(asked["data"]), setup)
    pairs = linker.inference.predict(threshold_match_probability=AT_LEAST)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        pairs, threshold_match_probability=CLUSTERED_AT
    )
    clusters.as_duckdbpyrelation().count("*").fetchall()
    cost = watch.stop()
    kept = pairs.as_duckdbpyrelation().select('rid_l as "left", rid_r as "right", match_probability as score')
    kept.write_parquet(f"{out}/pairs.parquet")
    tell(out, cost, setup=setup["name"], untrained=untrained)


def setup_for(columns: Any) -> dict[str, Any]:
    """The first set-up whose columns are all there; raises LookupError if there is none."""
    told = tomllib.loads(SETUPS.read_text(encoding="utf-8"))
    macros = told.pop("macros")
    for name, setup in told.items():
        if set(setup["reads"]) <= set(columns):
            return {**setup, "name": name, "macros": macros}
    raise LookupError(f"no set-up of Splink for the columns {', '.join(columns)}: write one in {SETUPS.name}")


def trained(connection: duckdb.DuckDBPyConnection, data: str, setup: dict[str, Any]) -> tuple[Linker, list[str]]:
    """A linker ready to predict, and the training rules that it could not learn from."""
    for macro in setup["macros"]:
        connection.execute(macro)
    columns = ", ".join(f'{expression} as "{name}"' for name, expression in setup["columns"].items())
    connection.execute(f"create table records as select rid, {columns} from read_parquet('{data}')")
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rid",
        blocking_rules_to_generate_predictions=[rule(text) for text in setup["block_on"]],
        comparisons=[comparison(*told) for told in setup["compare"]],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
    linker = Linker(DuckDBAPI(connection=connection).register(connection.table("records")), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [rule(text) for text in setup["sure"]], recall=setup["recall"]
    )
    training.estimate_u_using_random_sampling(max_pairs=PAIRS_FOR_U, seed=1)
    untrained = []
    for text in setup["train_on"]:
        try:
            training.estimate_parameters_using_expectation_maximisation(
                rule(text), estimate_without_term_frequencies=True
            )
        except Exception as failure:  # noqa: BLE001 (Splink raises plain ones; the others still train it)
            untrained.append(f"{text}: {failure}"[:200])
    return linker, untrained


def rule(text: str) -> Any:
    """A blocking rule: columns or expressions apart by semicolons, or a condition on `l.` and `r.`."""
    return text if "l." in text else block_on(*(part.strip() for part in text.split(";")))


def comparison(column: Any, kind: str, settings: dict[str, Any] | None = None) -> Any:
    """One comparison: `terms` in its settings switches term frequencies on, the rest goes to Splink."""
    told = dict(settings or {})
    terms = told.pop("terms", False)
    columns = [column] if isinstance(column, str) else column
    made = getattr(library, kind)(*columns, **told)
    return made.configure(term_frequency_adjustments=True) if terms else made


if __name__ == "__main__":
    main()
