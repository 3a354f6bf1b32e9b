"""``import`` of files that are damaged inside, or mean harm: what is good, and what is said."""

from __future__ import annotations

import gzip
import signal
import subprocess
import sys
from hashlib import sha1
from pathlib import Path

import pytest
import zstandard

from tests.cli.running import Kliping, RunHere
from tests.cli.test_import import KILLED, PAPER, contents, paged, rows, user_at
from tests.storage.warc.makers import record


def of_another_digest(number: int) -> bytes:
    return paged(number, WARC_Block_Digest=f"sha1:{sha1(b'other').hexdigest()}")


def test_one_wrong_digest_costs_one_record(
    kliping: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    records = [paged(1), of_another_digest(2), paged(3), paged(4), paged(5)]
    file = tmp_path / "whole.warc.gz"
    file.write_bytes(gzip.compress(b"".join(records)))
    ended = run_here(kliping, "import", file)
    assert ended.code == 3
    counts, damage = ended.errors
    assert counts == f"kliping: {file}: 4 new, 1 damaged"
    inside = len(records[0])
    assert damage.startswith(
        f"kliping: {file}: at byte 0: its block is not the one that its digest was taken of, "
        f"{inside:,} bytes into what is unfolded of it: {len(records[1]):,} bytes skipped"
    )
    (told,) = run_here(kliping, "import", file, "--json").objects
    assert (told["damaged"], len(told["damage"])) == (1, 1)


@pytest.mark.parametrize("size", [700, 50_000])
def test_records_that_span_members(
    kliping: Kliping, run_here: RunHere, tmp_path: Path, size: int
) -> None:
    whole = b"".join(paged(number) for number in range(1, 8))
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    file = tmp_path / "cut.warc.gz"
    file.write_bytes(b"".join(map(gzip.compress, pieces)))
    assert run_here(kliping, "import", file).errors == [f"kliping: {file}: 7 new"]


def test_a_file_of_fake_frames_ends_soon(
    kliping: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    good = zstandard.compress(paged(1))
    file = tmp_path / "fake.warc.zst"
    file.write_bytes(good + b"\x28\xb5\x2f\xfd" * (1 << 18))
    ended = run_here(kliping, "import", file)
    assert ended.code == 3
    counts, damage = ended.errors
    assert counts == f"kliping: {file}: 1 new, 1 damaged"
    assert "it makes more work than 400 times its size: the rest of it" in damage


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Kliping]:
    """A file of one member, with damage in it, and an archive it was imported into in peace."""
    folder = tmp_path_factory.mktemp("whole")
    records = [
        paged(1),
        of_another_digest(2),
        *map(paged, range(3, 9)),
        b"garbage\r\n" * 9,
        *map(paged, range(9, 13)),
        record(f"{PAPER}/robots.txt", b"GET / HTTP/1.1\r\n\r\n", kind="request"),
    ]
    file = folder / "whole.warc.gz"
    file.write_bytes(gzip.compress(b"".join(records)) + gzip.compress(paged(13)))
    user = user_at(folder / "home")
    ended = user.run("import", file)
    assert ended.errors[0].endswith(": 12 new, 1 skipped (1 other record), 2 damaged")
    return file, user


@pytest.mark.parametrize("left", [1, 5, 11, 12])
def test_killed_inside_a_member_and_run_once_more(
    whole: tuple[Path, Kliping], run_here: RunHere, tmp_path: Path, left: int
) -> None:
    """The member is read from its beginning again, and nothing is counted twice."""
    file, peace = whole
    user = user_at(tmp_path / "home")
    done = subprocess.run(
        [sys.executable, "-P", "-c", KILLED, str(left), "before", "import", "-q", str(file)],
        env=user.environment(),
        cwd=user.home,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL
    ended = run_here(user, "import", file)
    assert ended.code == 3
    assert ended.errors[0].endswith(": 12 new, 1 skipped (1 other record), 2 damaged")
    assert rows(user) == rows(peace)
    assert contents(user, run_here) == contents(peace, run_here)
