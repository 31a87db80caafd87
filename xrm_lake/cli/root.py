"""The command `xrm`: all commands in their sections."""

from pathlib import Path

import click

from xrm_lake.cli import (
    checks,
    comparing,
    correcting,
    dedupe,
    exporting,
    files,
    fixes,
    governance,
    lakes,
    leftovers,
    merging,
    model,
    quality,
    reading,
    reconciling,
    records,
    reports,
    serving,
    sight,
    signals,
    stewardship,
    told,
    trends,
    weekly,
)
from xrm_lake.cli.door import Group, format_option
from xrm_lake.verbs import VERBS

SECTIONS: tuple[tuple[str, tuple[click.Command, ...]], ...] = (
    ("Begin", (lakes.init, serving.demo, serving.serve)),
    ("Files", (
        files.import_, comparing.compare, files.presets, reading.read, leftovers.rejects, leftovers.pending, leftovers.resolve,
        leftovers.conflicts, leftovers.answer, leftovers.held, leftovers.take, told.mappings, told.values, told.value,
        reconciling.reconcile, exporting.export, dedupe.dedupe,
    )),
    ("Records", (
        records.types, records.contract, records.records, records.show, merging.provenance, records.search, records.sql,
        records.similar, records.add,
        records.set_, records.delete, records.link, records.unlink, merging.sources, merging.source,
    )),
    ("Quality", (
        quality.check, quality.issues, quality.match, stewardship.matches, quality.clusters, stewardship.cluster, merging.merge,
        merging.certificate, quality.judge, stewardship.decisions, quality.unmerge, fixes.fixes, fixes.fix, fixes.value_clusters, fixes.unify,
        signals.signals, signals.invoices, quality.snapshot,
    )),
    ("Trends", (trends.trends, trends.entered, trends.odd_weeks, trends.odd_week)),
    ("Governance", (governance.shadow, governance.debt, governance.dictionary, governance.reviewed, governance.readiness, governance.adoption)),
    ("Reports", (weekly.weekly, reports.report, correcting.override, correcting.overrides)),
    ("What happened", (files.batches, records.history, files.undo)),
    ("The model", (model.type_group, model.field_group, model.link_type_group, checks.checks_group)),
    ("Care", (lakes.doctor, lakes.backup, lakes.restore, sight.viewers, sight.viewer)),
)  # fmt: skip


class Root(Group):
    """Lists its commands section by section."""

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each section as a list of its own."""
        summaries = {each.command or each.name: each.summary for each in reversed(VERBS)}
        for title, commands in SECTIONS:
            rows = [(str(each.name), summaries.get(str(each.name)) or each.get_short_help_str(90)) for each in commands]
            with formatter.section(title):
                formatter.write_dl(rows, col_max=12)


@click.group(
    cls=Root,
    examples=["xrm init", "xrm import accounts.csv contacts.csv deals.csv", "xrm match person", "xrm report weekly"],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    no_args_is_help=True,
)
@click.option("--lake", "lake_path", envvar="XRM_LAKE", type=click.Path(path_type=Path), metavar="PATH",
              help="The lake.  [default: $XRM_LAKE, else ./lake.xrm]")  # fmt: skip
@format_option
@click.version_option(package_name="xrm-lake", prog_name="xrm")
def root(lake_path: Path | None, output_format: str | None) -> None:
    """
    Relationship data you can trust: import it, check it, merge what is double, report from it.

    Every command takes --lake and --format; data goes to stdout, everything else to stderr. Exit codes:
    0 done, 1 issues found, 2 misuse, 3 refused and nothing changed, 130 stopped by Ctrl-C.
    """


for _, _commands in SECTIONS:
    for _command in _commands:
        root.add_command(_command)
