"""The weekly run: one snapshot a day, an exit code by what gets worse, files and mails without names of owners unless they are asked for."""

import socketserver
import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from tests.hygiene.measured import measure_problem, sunday, wavering
from tests.reports.gallery.lakes import MONDAY, new_lake, small_firm
from xrm_lake.automation.weekly import run_weekly
from xrm_lake.cli.run import run
from xrm_lake.errors import Misuse
from xrm_lake.governance.sight import allow_viewer
from xrm_lake.hygiene.kept_trends import keep_trends
from xrm_lake.reports.build import build_report
from xrm_lake.reports.render import FORMATS, render
from xrm_lake.reports.send import MailFailed, send_page, server_of
from xrm_lake.store.records import set_record

TUESDAY = MONDAY + timedelta(days=1)
OWNERS = ("Ann Seller", "Ben Seller")


@pytest.fixture
def firm(tmp_path):
    with small_firm(tmp_path / "firm.xrm") as lake:
        yield lake


def snapshots(lake):
    return lake.query("select count(*) from snapshot").value()


def test_a_second_run_on_a_day_takes_no_second_snapshot_unless_something_was_written(firm):
    first = run_weekly(firm, as_of=TUESDAY)
    again = run_weekly(firm, as_of=TUESDAY)

    assert (first.is_new, again.is_new) == (True, False)
    assert (first.snapshot_id, render(first.page, "md")) == (again.snapshot_id, render(again.page, "md"))
    assert snapshots(firm) == 3

    person = firm.query("select min(id) from person").value()
    set_record(firm, person, {"phone": "+49 30 1234567"})
    assert run_weekly(firm, as_of=TUESDAY).is_new
    assert snapshots(firm) == 4


def test_a_run_matches_looks_for_fixes_checks_and_reports(firm):
    found = run_weekly(firm, as_of=TUESDAY)

    assert found.page.as_of == TUESDAY
    assert found.matched > 0
    kinds = firm.query("select distinct kind from batch where batch_id > $since", since=0).column()
    assert {"match", "propose", "snapshot"} <= set(kinds)
    assert found.is_calm


def worsening(path):
    lake = new_lake(path)
    measure_problem(lake, "incomplete", [*wavering(14, 30), *[60.0] * 10], wavering(9, 40))
    with lake.write("snapshot") as batch:
        id = batch.query("select max(snapshot_id) from snapshot").value()
        keep_trends(batch, id, sunday(39))
    return lake


def test_an_arrow_and_a_sentence_stand_where_a_rule_told_a_trend_and_nowhere_else(tmp_path):
    with worsening(tmp_path / "l.xrm") as lake:
        page = build_report(lake, "weekly", as_of=sunday(39))
        again = run_weekly(lake, as_of=sunday(39))

    told = {metric.label: metric.trend for section in page.blocks[:1] for metric in section.blocks}
    assert told["Incomplete"].startswith("↓ getting worse")
    assert told["Data quality"] == "↓ getting worse"
    assert told["Stale"] == ""
    alert = next(block for block in page.blocks if getattr(block, "level", "") == "alert")
    assert alert.text.startswith("Incomplete: Getting worse")
    assert not again.is_calm


def test_movement_alone_is_no_trend(firm):
    page = build_report(firm, "weekly", as_of=MONDAY)

    scores = page.blocks[0].blocks
    assert any(len(set(metric.spark)) > 1 for metric in scores)
    assert all(metric.trend == "" and metric.delta is None for metric in scores)


@pytest.mark.parametrize("form", [each.name for each in FORMATS if each.name not in ("pdf", "xlsx", "eml")])
def test_no_owner_is_named_to_who_may_not_see_figures_about_persons(firm, form):
    page = build_report(firm, "weekly", as_of=MONDAY)

    assert not any(name in render(page, form) for name in OWNERS)
    assert "owner" not in {
        split for table in page.appendix if "split" in table.rows.columns for split in table.rows["split"]
    }


def test_a_viewer_is_told_whose_records_they_are_and_what_is_passed_on_does_not_say_it(firm):
    deal = firm.query("select id from deal where name = 'Deal 1'").value()
    set_record(firm, deal, {"source": None, "amount": None, "name": "n/a"})
    allow_viewer(firm, firm.user)
    run_weekly(firm, as_of=TUESDAY)

    seen = render(build_report(firm, "weekly", as_of=TUESDAY), "md")
    passed_on = render(run_weekly(firm, as_of=TUESDAY).page, "json")

    assert "looked after by Ben Seller" in seen
    assert not any(name in passed_on for name in OWNERS)


def test_the_command_writes_all_forms_and_says_by_its_exit_code_whether_it_is_calm(firm, tmp_path, capsys):
    path = firm.path
    firm.close()

    code = run(
        [
            "--lake",
            str(path),
            "weekly",
            "--out",
            str(tmp_path / "out"),
            "--as",
            "html,eml,xlsx,md,json",
            "--as-of",
            str(TUESDAY),
        ]
    )

    shown = capsys.readouterr()
    assert (code, shown.err.splitlines()[-1]) == (0, "No figure gets worse.")
    assert shown.out.split() == [
        str(tmp_path / "out" / f"weekly-{TUESDAY}.{each}") for each in ("html", "eml", "xlsx", "md", "json")
    ]
    assert all(
        (tmp_path / "out" / f"weekly-{TUESDAY}.{each}").stat().st_size > 1000 for each in ("html", "eml", "xlsx")
    )


def test_the_command_ends_with_one_where_a_figure_gets_worse(tmp_path, capsys):
    worsening(tmp_path / "l.xrm").close()

    code = run(["--lake", str(tmp_path / "l.xrm"), "weekly", "--as", "md", "--as-of", str(sunday(39))])

    assert code == 1
    assert "incomplete of all: Getting worse" in capsys.readouterr().err


class Postbox(socketserver.StreamRequestHandler):
    """A mail server that takes every mail but for receivers named `nobody`."""

    def handle(self):
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line.split(":")[0].upper()
            if word == "RCPT TO" and "nobody" in line:
                self.say("550 no such user ann's secret")
            elif word == "DATA":
                self.say("354 go on")
                self.server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def postbox():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Postbox) as server:
        server.mails = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def named(postbox):
    return {
        "XRM_SMTP_HOST": "127.0.0.1", "XRM_SMTP_PORT": str(postbox.server_address[1]), "XRM_SMTP_FROM": "lake@example.org",
        "XRM_SMTP_SECURITY": "none",
    }  # fmt: skip


def test_a_mail_goes_to_the_server_of_the_environment_with_the_workbook(firm, postbox):
    page = build_report(firm, "weekly", as_of=MONDAY)

    send_page(page, ["ann@example.org", "bob@example.org"], server_of(named(postbox)))

    (mail,) = (message_from_bytes(each, policy=policy.default) for each in postbox.mails)
    assert (mail["From"], mail["To"], mail["X-Unsent"]) == (
        "lake@example.org",
        "ann@example.org, bob@example.org",
        None,
    )
    assert [part.get_filename() for part in mail.iter_attachments()] == [f"weekly-{MONDAY}.xlsx"]
    assert "What to do first" in mail.get_body(("html",)).get_content()


def test_what_a_server_says_of_a_mail_it_refuses_is_not_repeated(firm, postbox):
    page = build_report(firm, "weekly", as_of=MONDAY)

    with pytest.raises(MailFailed) as refused:
        send_page(page, ["nobody@example.org"], server_of(named(postbox)))

    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_no_mail_is_sent_where_no_server_is_named_and_no_password_in_the_open(firm, tmp_path, capsys):
    with pytest.raises(Misuse, match="XRM_SMTP_HOST"):
        server_of({})
    with pytest.raises(Misuse, match="anybody can read") as refused:
        server_of(
            {
                "XRM_SMTP_HOST": "h",
                "XRM_SMTP_FROM": "a@b.example",
                "XRM_SMTP_SECURITY": "none",
                "XRM_SMTP_PASSWORD": "hunter2",
            }
        )
    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in repr(
        server_of({"XRM_SMTP_HOST": "h", "XRM_SMTP_FROM": "a@b.example", "XRM_SMTP_PASSWORD": "hunter2"})
    )
