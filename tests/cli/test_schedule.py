"""``schedule``: what cron and systemd are told to run, and when."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

from tests.cli.running import Kliping, RunHere
from tests.tables import each_row


def test_the_schedule_has_absolute_paths(kliping: Kliping, run_here: RunHere) -> None:
    ended = run_here(kliping, "schedule", "--every", "20")
    lines = ended.out.splitlines()
    cron = next(line for line in lines if line.startswith("*/20 * * * *  "))
    words = shlex.split(cron.removeprefix("*/20 * * * *  "))
    assert words[0].startswith("/")
    assert words[words.index("--db") + 1] == str(kliping.db)
    (start,) = [line for line in lines if line.startswith("ExecStart=")]
    assert str(kliping.db) in start
    assert "OnCalendar=*:0/20" in lines
    assert not kliping.db.exists()


@each_row(
    ("every", "cron", "calendar"),
    [
        ("1", "*/1 * * * *", "*:0/1"),
        ("15m", "*/15 * * * *", "*:0/15"),
        ("59min", "*/59 * * * *", "*:0/59"),
        ("1h", "0 * * * *", "0/1:00"),
        ("2H", "0 */2 * * *", "0/2:00"),
        ("23 h", "0 */23 * * *", "0/23:00"),
    ],
)
def test_cron_and_systemd_follow_how_often(
    kliping: Kliping, run_here: RunHere, every: str, cron: str, calendar: str
) -> None:
    lines = run_here(kliping, "schedule", "--every", every).out.splitlines()
    assert [line for line in lines if line.startswith(f"{cron}  /")]
    assert f"OnCalendar={calendar}" in lines
    assert "loginctl enable-linger" in lines[-1]


@each_row("every", ["90", "0", "60", "60m", "24h", "0h", "1.5h", "-5", "1h30m", "soon", "", "١٥"])
def test_how_often_is_refused_in_our_words(kliping: Kliping, run_here: RunHere, every: str) -> None:
    ended = run_here(kliping, "schedule", "--every", every)
    assert (ended.code, ended.out) == (2, "")
    assert ended.errors == [
        f"kliping: --every {every!r}: write minutes from 1 to 59, as 15m, or whole hours up to "
        "23, as 2h"
    ]


def test_what_runs_is_chosen(kliping: Kliping, run_here: RunHere) -> None:
    crawl = run_here(kliping, "schedule").out
    assert "watch" not in crawl
    ended = run_here(kliping, "schedule", "crawl", "watch", "health", "backup", "--every", "30")
    lines = ended.out.splitlines()
    cron = [line.partition("  ") for line in lines if line[0:1] in ("*", "0", "3")]
    assert [(when, *shlex.split(what)[1:3]) for when, _, what in cron] == [
        ("*/30 * * * *", "crawl", "-q"),
        ("*/30 * * * *", "watch", "run"),
        ("0 7 * * *", "health", "-q"),
        ("30 3 * * *", "db", "backup"),
    ]
    units = [line.rpartition("/")[2] for line in lines if line.startswith("# ~/.config")]
    assert units == [
        f"{name}.{kind}"
        for name in ("kliping", "kliping-watch", "kliping-health", "kliping-backup")
        for kind in ("service", "timer")
    ]
    timers = next(line for line in lines if line.startswith("# then: systemctl --user enable"))
    assert timers.count(".timer") == 4


def test_the_scheduled_backup_works(kliping: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    """As cron and as systemd call it, whatever the names are."""
    db, room = tmp_path / "it's 100% $(id) `id`.db", tmp_path / "my $HOME 50%"
    room.mkdir()
    kliping.make_archive(db)
    printed = run_here(kliping, "schedule", "backup", "--db", db, "--backup-dir", room).out
    cron = next(line for line in printed.splitlines() if line.startswith("30 3"))
    start = next(line for line in printed.splitlines() if line.startswith("ExecStart="))
    shell = shlex.split(start.removeprefix("ExecStart=").replace("$$", "$").replace("%%", "%"))
    assert shell[:2] == ["/bin/sh", "-c"]
    for line in (cron.partition("  ")[2].replace("\\%", "%"), shell[2]):
        subprocess.run(["/bin/sh", "-c", line], check=True, env=kliping.environment())
        (copy,) = room.iterdir()
        assert re.fullmatch(r"it's 100% \$\(id\) `id`-\d{4}-\d\d-\d\d\.db", copy.name)
        assert run_here(kliping, "verify", "--db", copy).code == 0
        for made in room.iterdir():
            made.unlink()


@each_row(
    ("arguments", "words"),
    [
        ("nothing", "'nothing' is not one of 'crawl', 'watch', 'health', 'backup'"),
        ("health --every 5", "--every belongs to crawl and watch"),
        ("crawl --backup-dir /srv", "--backup-dir belongs to backup"),
        ("backup --db postgresql://ann@127.0.0.1/news", "use pg_dump"),
    ],
)
def test_a_wrong_schedule_is_refused(
    kliping: Kliping, run_here: RunHere, arguments: str, words: str
) -> None:
    ended = run_here(kliping, "schedule", *arguments.split())
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert words in line
