"""The verbs: every capability once, under the one name that all doors use. To add one, list it here."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from xrm_lake.errors import UnknownName


@dataclass(frozen=True)
class Verb:
    """
    One capability: its name, the function that does it as `module:name`, and what it is for.

    `changes` says that it may write; `on_lake` that its first argument is an open lake, so that it can be
    sent to the process that owns it. `takes_file` says that it works on an uploaded file over REST instead.
    `command` is what one types after `xrm`, by default the name.
    """

    name: str
    function: str
    summary: str
    changes: bool = False
    command: str = ""
    on_lake: bool = True
    takes_file: bool = False

    @property
    def doors(self) -> dict[str, str]:
        """How each door calls it: `python`, `cli`, and `rest` where it runs on an open lake or an uploaded file."""
        rest = {"rest": f"POST /api/{self.name}"} if self.on_lake or self.takes_file else {}
        return {"python": self.function.replace(":", "."), "cli": f"xrm {self.command or self.name}", **rest}


VERBS: tuple[Verb, ...] = (
    Verb("init", "xrm_lake.store.open:init_lake", "Make a lake.", changes=True, on_lake=False),
    # Taking files in
    Verb("import", "xrm_lake.ingest.load:import_files", "Take in files: tables, workbooks, JSON, archives, databases.", changes=True),
    Verb("add_type_from_file", "xrm_lake.ingest.new_type:add_type_from_file", "Make a type of a file's columns.",
         changes=True, command="import"),
    Verb("read", "xrm_lake.ingest.read.table:read_table", "What is in a file: each table as text, with its account.",
         on_lake=False, takes_file=True),
    Verb("presets", "xrm_lake.ingest.list_presets:list_presets", "The exports of other systems that are recognised."),
    Verb("preset", "xrm_lake.ingest.list_presets:show_preset", "What becomes of the columns of a known export.",
         command="presets"),
    Verb("compare", "xrm_lake.ingest.compare:compare_file", "A file against the lake, before it comes in."),
    Verb("rejects", "xrm_lake.ingest.rejects:list_rejects", "What an import refused, and why."),
    Verb("export_rejects", "xrm_lake.ingest.rejects:export_rejects", "Rejects as a file to be mended.", command="rejects"),
    Verb("pending", "xrm_lake.ingest.pending:list_pending", "Links of imports that wait for their other end."),
    Verb("resolve_pending", "xrm_lake.ingest.pending:resolve_pending", "Settle links that wait.",
         changes=True, command="resolve"),
    Verb("held", "xrm_lake.ingest.held:list_held", "Rows that imports held back."),
    Verb("import_held", "xrm_lake.ingest.again:import_held", "Bring in rows that an import held back.", changes=True, command="take"),
    Verb("mappings", "xrm_lake.store.mappings:list_mappings", "How files of a source were read, and are when they come again."),
    Verb("forget_mapping", "xrm_lake.store.mappings:forget_mapping", "Let files with the same headers be looked at afresh.",
         changes=True, command="mappings"),
    Verb("value_maps", "xrm_lake.store.value_maps:list_value_maps", "Which texts of a source are read as others.", command="values"),
    Verb("map_values", "xrm_lake.store.value_maps:map_values", "Say which texts of a source are read as others.",
         changes=True, command="value"),
    Verb("conflicts", "xrm_lake.store.conflicts:list_conflicts", "Where a source contradicts what a person has set."),
    Verb("answer_conflicts", "xrm_lake.store.conflicts:answer_conflicts", "Keep a person's value, or take the source's.",
         changes=True, command="answer"),
    # What happened, and taking it back
    Verb("batches", "xrm_lake.store.ledger:list_batches", "What happened to the lake, newest first."),
    Verb("history", "xrm_lake.store.ledger:record_history", "What happened to a record, newest first."),
    Verb("undo", "xrm_lake.store.undo:undo", "Take back an import, an edit or a merge.", changes=True),
    Verb("reconcile", "xrm_lake.ingest.reconcile:reconcile", "Hold imported files against the lake, number by number.",
         changes=True),
    Verb("verify_reconciliation", "xrm_lake.reports.reconciliation:verify_reconciliation",
         "Whether a reconciliation is what was sealed.", command="reconcile"),
    # Records and links
    Verb("types", "xrm_lake.store.model:list_types", "The types of record, and how many there are."),
    Verb("fields", "xrm_lake.store.model:list_fields", "The fields of a type.", command="type show"),
    Verb("contract", "xrm_lake.ingest.contract:contract_text", "What a frame of a type's records must be like."),
    Verb("records", "xrm_lake.store.read:list_records", "A page of a type's records."),
    Verb("count", "xrm_lake.store.read:count_records", "How many records of a type meet a condition.",
         command="records"),
    Verb("show", "xrm_lake.store.read:show_record", "One record whole: values, links, roles, members."),
    Verb("provenance", "xrm_lake.store.provenance:provenance", "Where each value of a record comes from."),
    Verb("sources", "xrm_lake.store.trust:list_sources", "Where records come from, and how far each source is trusted."),
    Verb("trust_source", "xrm_lake.store.trust:trust_source", "Say how far a source is trusted.",
         changes=True, command="source"),
    Verb("expect_source", "xrm_lake.store.freshness:expect_source", "Say how often a source delivers.",
         changes=True, command="source"),
    Verb("search", "xrm_lake.store.search:search", "Records that hold all words of a text."),
    Verb("sql", "xrm_lake.store.read:read_sql", "The answer to a read-only SQL statement."),
    Verb("add", "xrm_lake.store.records:add_record", "Add a record.", changes=True),
    Verb("set", "xrm_lake.store.records:set_record", "Change fields of a record.", changes=True),
    Verb("delete", "xrm_lake.store.records:delete_record", "Take a record out of use.", changes=True),
    Verb("link", "xrm_lake.store.links:link_records", "Join two records.", changes=True),
    Verb("unlink", "xrm_lake.store.links:unlink", "End a link.", changes=True),
    # Quality
    Verb("check", "xrm_lake.hygiene.check:check", "Find what is wrong in the records.", changes=True),
    Verb("issues", "xrm_lake.hygiene.issues:list_issues", "What the last check found, record by record."),
    Verb("count_issues", "xrm_lake.hygiene.issues:count_issues", "How much the last check found, of each sort.",
         command="issues"),
    Verb("checks", "xrm_lake.store.own_checks:list_checks", "The checks of one's own.", command="checks list"),
    Verb("check_text", "xrm_lake.store.own_checks:check_text", "A check of one's own as a file.", command="checks show"),
    Verb("add_check", "xrm_lake.store.own_checks:add_check", "Add a check of one's own.", changes=True, command="checks add"),
    Verb("try_check", "xrm_lake.store.try_check:try_check", "What a check would find.", command="checks try"),
    Verb("change_check", "xrm_lake.store.own_checks:change_check", "Change a check of one's own.",
         changes=True, command="checks change"),
    Verb("retire_check", "xrm_lake.store.own_checks:retire_check", "Take a check of one's own out of use, or bring it back.",
         changes=True, command="checks retire"),
    Verb("match", "xrm_lake.hygiene.match:match", "Find records that may be the same.", changes=True),
    Verb("match_new", "xrm_lake.hygiene.match_new:match_new", "Match what came or was changed since the last run.",
         changes=True, command="match"),
    Verb("similar", "xrm_lake.hygiene.similar:similar", "Records that one about to be entered may be."),
    Verb("matches", "xrm_lake.hygiene.queue:queue_pairs", "Pairs of the last match run that wait for a verdict."),
    Verb("count_matches", "xrm_lake.hygiene.count_matches:count_matches", "How many pairs wait for a verdict.", command="matches"),
    Verb("match_sources", "xrm_lake.hygiene.match_sources:match_sources", "Find records of one source in another.",
         changes=True, command="match"),
    Verb("match_types", "xrm_lake.hygiene.match_types:match_types", "Find records of one type that mean those of another.",
         changes=True, command="match"),
    Verb("matches_across", "xrm_lake.hygiene.matches_across:list_matches_across", "Pairs of two types that wait for an answer.",
         command="matches"),
    Verb("clusters", "xrm_lake.hygiene.clusters:clusters", "Which records are one, or would be."),
    Verb("open_clusters", "xrm_lake.hygiene.cluster_review:open_clusters", "Clusters that wait for a verdict.",
         command="clusters"),
    Verb("cluster", "xrm_lake.hygiene.cluster_review:review_cluster", "Records that may be one, side by side."),
    Verb("judge", "xrm_lake.hygiene.judge:judge", "Say whether two records are the same.", changes=True),
    Verb("merge", "xrm_lake.hygiene.judge:merge", "Make records one.", changes=True),
    Verb("judge_cluster", "xrm_lake.hygiene.judge_cluster:judge_cluster", "Make some records one and keep others apart.",
         changes=True, command="merge"),
    Verb("decisions", "xrm_lake.hygiene.decisions:list_decisions", "What was judged, by whom and why."),
    Verb("undo_effect", "xrm_lake.hygiene.undo_effect:undo_effect", "What undoing a decision would do.",
         command="decisions"),
    Verb("preview_merge", "xrm_lake.hygiene.preview:preview_merge", "What merging records would give.", command="merge"),
    Verb("auto_merge", "xrm_lake.hygiene.auto_merge:auto_merge", "Merge what is certain enough, with a certificate.",
         changes=True, command="merge"),
    Verb("certificate", "xrm_lake.hygiene.certificate:certificate", "Whether a type may merge by itself, and why."),
    Verb("let_go_on", "xrm_lake.hygiene.certificate:let_go_on", "Let a type merge by itself again after it was stopped.",
         changes=True, command="certificate"),
    Verb("unmerge", "xrm_lake.hygiene.judge:unmerge", "Take a merged record apart.", changes=True),
    Verb("dedupe", "xrm_lake.lakeless.dedupe:dedupe", "Find which rows of a file are one, without a lake.",
         on_lake=False, takes_file=True),
    Verb("propose_fixes", "xrm_lake.hygiene.fixes.propose:propose_fixes", "Look for what could be mended.", changes=True, command="fixes"),
    Verb("fixes", "xrm_lake.hygiene.fixes.propose:fixes", "What could be mended, as proposals."),
    Verb("count_fixes", "xrm_lake.hygiene.fixes.propose:count_fixes", "How much could be mended, of each sort.", command="fixes"),
    Verb("apply_fixes", "xrm_lake.hygiene.fixes.apply:apply_fixes", "Apply what was proposed, as one batch.", changes=True, command="fix"),
    Verb("refuse_fixes", "xrm_lake.hygiene.fixes.apply:refuse_fixes", "Refuse what was proposed, for good.", changes=True, command="fix"),
    Verb("value_clusters", "xrm_lake.hygiene.fixes.value_clusters:value_clusters", "Spellings of one value in a field.",
         command="value-clusters"),
    Verb("unify_values", "xrm_lake.hygiene.fixes.unify:unify_values", "Put one spelling in the place of others.",
         changes=True, command="unify"),
    Verb("refuse_values", "xrm_lake.hygiene.fixes.unify:refuse_values", "Say that two values are not spellings of one.",
         changes=True, command="unify"),
    Verb("snapshot", "xrm_lake.hygiene.snapshot:take_snapshot", "Measure the lake and keep the figures.",
         changes=True),
    Verb("backfill", "xrm_lake.hygiene.backfill:backfill", "Work out the snapshots of past days from the ledger.",
         changes=True, command="snapshot"),
    Verb("signals", "xrm_lake.hygiene.decay.list_signals:list_signals", "What shows that trust in the records wears away."),
    Verb("shadow", "xrm_lake.hygiene.shadow.list_shadow:list_shadow", "What shows that the real work is done elsewhere."),
    Verb("debt", "xrm_lake.hygiene.debt.list_debt:list_debt", "What the model and its sources carry along."),
    Verb("dictionary", "xrm_lake.hygiene.dictionary:dictionary", "What each field means, and when it is to be looked at."),
    Verb("review_field", "xrm_lake.hygiene.dictionary:review_field", "Say that a field was looked at.",
         changes=True, command="reviewed"),
    Verb("readiness", "xrm_lake.hygiene.readiness:readiness", "Whether the records are enough to predict from, and what is missing."),
    Verb("adoption", "xrm_lake.hygiene.adoption:adoption", "How far people use what records come from."),
    Verb("compare_invoices", "xrm_lake.hygiene.decay.invoices:compare_invoices", "What was won against what was invoiced, by month and account.",
         command="invoices"),
    Verb("override_figure", "xrm_lake.hygiene.decay.overrides:override_figure", "Write down that a figure of a report was corrected by hand.",
         changes=True, command="override"),
    Verb("take_back_override", "xrm_lake.hygiene.decay.overrides:take_back_override", "Take back a correction of a figure.",
         changes=True, command="override"),
    Verb("overrides", "xrm_lake.hygiene.decay.overrides:list_overrides", "Figures of reports that were corrected by hand."),
    Verb("trends", "xrm_lake.hygiene.trends:trends", "What gets worse, what better, and what only wavers."),
    Verb("entered", "xrm_lake.hygiene.entered:list_entered", "Records in a bad state, the latest to enter it first."),
    Verb("odd_weeks", "xrm_lake.hygiene.odd_weeks:list_odd_weeks", "Weeks that trends leave out.", command="odd-weeks"),
    Verb("flag_week", "xrm_lake.hygiene.odd_weeks:flag_week", "Have trends leave out a week, such as one of holidays.",
         changes=True, command="odd-week"),
    # Reports and files
    Verb("weekly", "xrm_lake.automation.weekly:run_weekly", "Match, check, measure and report in one run, fit for a timetable.",
         changes=True),
    Verb("apply_done", "xrm_lake.automation.done:apply_done", "Apply what was ticked in a weekly workbook.", changes=True, command="weekly"),
    Verb("report", "xrm_lake.reports.build:build_report", "A report, as a page of blocks."),
    Verb("export", "xrm_lake.reports.export:export_type", "Write a type's records to a file."),
    Verb("export_all", "xrm_lake.reports.export_all:export_all", "Write a whole lake as a folder: types, links, model.",
         command="export"),
    Verb("export_fixes", "xrm_lake.ingest.write_back.export:export_fixes", "Merges and corrections, as files for the sources.",
         command="export"),
    # The model
    Verb("add_type", "xrm_lake.store.model:add_type", "Add a type of record.", changes=True, command="type add"),
    Verb("change_type", "xrm_lake.store.model:change_type", "Change what a type says of itself.",
         changes=True, command="type change"),
    Verb("rename_type", "xrm_lake.store.model:rename_type", "Give a type another label.",
         changes=True, command="type rename"),
    Verb("retire_type", "xrm_lake.store.model:retire_type", "Take a type out of use, or bring it back.",
         changes=True, command="type retire"),
    Verb("add_field", "xrm_lake.store.model:add_field", "Give a type one more field.",
         changes=True, command="field add"),
    Verb("change_field", "xrm_lake.store.model:change_field", "Change what a field says of itself.",
         changes=True, command="field change"),
    Verb("rename_field", "xrm_lake.store.model:rename_field", "Give a field another label.",
         changes=True, command="field rename"),
    Verb("retype_field", "xrm_lake.store.retype:retype_field", "Give a field another kind of value.",
         changes=True, command="field retype"),
    Verb("retire_field", "xrm_lake.store.model:retire_field", "Take a field out of use, or bring it back.",
         changes=True, command="field retire"),
    Verb("add_link_type", "xrm_lake.store.model:add_link_type", "Add a way to join records.",
         changes=True, command="linktype add"),
    Verb("change_link_type", "xrm_lake.store.model:change_link_type", "Change what a link type says of itself.",
         changes=True, command="linktype change"),
    Verb("rename_link_type", "xrm_lake.store.model:rename_link_type", "Give a link type other words.",
         changes=True, command="linktype rename"),
    Verb("retire_link_type", "xrm_lake.store.model:retire_link_type", "Take a link type out of use, or bring it back.",
         changes=True, command="linktype retire"),
    # Who may see what
    Verb("viewers", "xrm_lake.governance.sight:list_viewers", "Who may see figures about named persons."),
    Verb("allow_viewer", "xrm_lake.governance.sight:allow_viewer", "Let a user see figures about named persons.",
         changes=True, command="viewer"),
    Verb("disallow_viewer", "xrm_lake.governance.sight:disallow_viewer", "Let a user see figures about named persons no more.",
         changes=True, command="viewer"),
    # Looking after the lake
    Verb("doctor", "xrm_lake.store.doctor:doctor", "Test the lake against its own rules."),
    Verb("backup", "xrm_lake.store.backup:backup", "Copy the lake while it is in use, and verify the copy."),
    Verb("restore", "xrm_lake.store.backup:restore", "Bring a lake back from a backup.",
         changes=True, on_lake=False),
    Verb("demo", "xrm_lake.demo.run:run_demo", "A lake of a fictitious firm, through the whole flow.",
         changes=True, on_lake=False),
)  # fmt: skip


def verb(name: str) -> Verb:
    """The verb of that name. Raises UnknownName with near names."""
    for each in VERBS:
        if each.name == name:
            return each
    raise UnknownName("verb", name, [each.name for each in VERBS])


def resolve(name: str) -> Callable[..., Any]:
    """The function of a verb; its module is imported only now. Raises UnknownName."""
    module, _, function = verb(name).function.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found
