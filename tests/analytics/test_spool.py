"""The spool: durable before it returns, bounded, safe for threads and forks, readable after crashes and damage."""

from __future__ import annotations

import errno
import logging
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from analytics.errors import Unavailable
from analytics.spool import Reader, Spool, SpoolFull, frames, writer

MEGABYTE = 1 << 20
ROOT = Path(__file__).resolve().parents[2]


def everything(folder: Path) -> list[bytes]:
    """Drain a spool to its end, as the drain does."""
    reader = Reader(folder)
    try:
        records = []
        while True:
            batch, position = reader.batch(MEGABYTE)
            if not position:
                return records
            records += batch
            reader.confirm(position)
    finally:
        reader.close()


def only_segment(folder: Path) -> Path:
    (segment,) = folder.glob("*.segment")
    return segment


def test_records_come_back_in_order_and_drained_segments_go(tmp_path: Path):
    spool = Spool(tmp_path, 64 * MEGABYTE)
    spool.append([b"one", b""])
    spool.append([b"three" * 100_000])
    spool.close()
    assert everything(tmp_path) == [b"one", b"", b"three" * 100_000]
    assert not list(tmp_path.glob("*.segment"))
    assert everything(tmp_path) == []


def test_the_reader_follows_a_live_writer_and_leaves_its_segment(tmp_path: Path):
    spool = Spool(tmp_path, 64 * MEGABYTE)
    reader = Reader(tmp_path)
    assert not reader.has_more()
    for word in (b"a", b"b", b"c"):
        spool.append([word])
        assert reader.has_more()
        records, position = reader.batch(MEGABYTE)
        assert records == [word]
        reader.confirm(position)
        assert only_segment(tmp_path).exists()
        assert not reader.has_more()
    spool.close()
    assert reader.has_more()  # to delete what is finished
    records, position = reader.batch(MEGABYTE)
    assert records == []
    reader.confirm(position)
    assert not list(tmp_path.glob("*.segment"))
    reader.close()


def test_what_was_not_confirmed_is_read_again(tmp_path: Path):
    spool = Spool(tmp_path, 64 * MEGABYTE)
    spool.append([b"a", b"b"])
    reader = Reader(tmp_path)
    _, position = reader.batch(1)
    reader.confirm(position)
    assert reader.batch(MEGABYTE)[0] == [b"b"]  # and then it dies
    reader.close()
    spool.close()
    assert everything(tmp_path) == [b"b"]


def test_a_batch_is_bounded_and_takes_one_large_record_all_the_same(tmp_path: Path):
    spool = Spool(tmp_path, 64 * MEGABYTE)
    spool.append([b"x" * 1000] * 50 + [b"y" * 9 * MEGABYTE])
    reader = Reader(tmp_path)
    sizes = []
    while True:
        records, position = reader.batch(10_000)
        if not position:
            break
        sizes.append([len(record) for record in records])
        reader.confirm(position)
    reader.close()
    spool.close()
    assert sizes[:5] == [[1000] * 10] * 5
    assert sizes[5:] == [[9 * MEGABYTE]]


def test_only_one_process_drains(tmp_path: Path):
    first = Reader(tmp_path)
    with pytest.raises(Unavailable, match="another process drains"):
        Reader(tmp_path)
    first.close()
    Reader(tmp_path).close()


def test_segments_rotate_and_the_bound_counts_them_all(tmp_path: Path):
    spool = Spool(tmp_path, MEGABYTE)
    kept = 0
    while writer.folder_bytes(tmp_path) + 1012 <= MEGABYTE:
        spool.append([b"x" * 1000])
        kept += 1
    with pytest.raises(SpoolFull) as refusal:
        spool.append([b"x" * 1000])
    assert refusal.value.retry_after > 0
    assert spool.refused == 1
    assert len(list(tmp_path.glob("*.segment"))) > 10
    assert 1000 < kept < 1049  # 1 MiB of records with their headers, never more
    assert writer.folder_bytes(tmp_path) <= MEGABYTE
    spool.close()
    assert len(everything(tmp_path)) == kept  # nothing that was taken is missing
    time.sleep(writer.SIZE_SEEN_FOR + 0.05)
    spool.append([b"room again"])
    spool.close()
    assert everything(tmp_path) == [b"room again"]


def test_the_bound_holds_over_several_writers(tmp_path: Path):
    spools = [Spool(tmp_path, MEGABYTE) for _ in range(3)]
    for spool in spools:
        spool.append([b"x" * 300_000])
        time.sleep(writer.SIZE_SEEN_FOR + 0.05)
    with pytest.raises(SpoolFull):
        spools[0].append([b"x" * 300_000])


def test_many_threads_share_an_fsync_and_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    synced = []
    really = os.fdatasync

    def slow(descriptor: int) -> None:
        time.sleep(0.002)
        really(descriptor)
        synced.append(descriptor)

    monkeypatch.setattr(os, "fdatasync", slow)
    spool = Spool(tmp_path, 64 * MEGABYTE)

    def send(sender: int) -> None:
        for number in range(50):
            spool.append([f"{sender}-{number}".encode()])

    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spool.close()
    records = everything(tmp_path)
    assert sorted(records) == sorted(f"{s}-{n}".encode() for s in range(8) for n in range(50))
    for sender in range(8):  # each sender's in its own order
        own = [record for record in records if record.startswith(b"%d-" % sender)]
        assert own == [f"{sender}-{n}".encode() for n in range(50)]
    assert len(synced) < 300


def test_append_returns_only_after_the_disk_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    steps = []
    really_write, really_sync = os.write, os.fdatasync
    monkeypatch.setattr(os, "write", lambda *a: (steps.append("write"), really_write(*a))[1])
    monkeypatch.setattr(os, "fdatasync", lambda *a: (steps.append("sync"), really_sync(*a))[1])
    Spool(tmp_path, MEGABYTE).append([b"x"])
    assert steps == ["write", "sync"]


@pytest.mark.parametrize("fails", ["write", "fdatasync"])
@pytest.mark.parametrize("number, expected", [(errno.ENOSPC, SpoolFull), (errno.EIO, Unavailable)])
def test_a_failing_disk_is_an_error_for_the_sender_and_no_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str, number: int, expected: type[Exception]
):
    spool = Spool(tmp_path, MEGABYTE)
    spool.append([b"before"])

    def broken(*arguments: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, fails, broken)
        with pytest.raises(expected):
            spool.append([b"lost, and its sender knows"])
    spool.append([b"after"])
    spool.close()
    assert everything(tmp_path) == [b"before", b"after"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_half_written_record_on_a_full_disk_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    spool = Spool(tmp_path, MEGABYTE)
    spool.append([b"before"])
    really = os.write

    def half(descriptor: int, data: bytes) -> int:
        if len(data) > 30:
            return really(descriptor, data[:30])
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half)
        with pytest.raises(SpoolFull):
            spool.append([b"x" * 40])
    spool.append([b"after"])
    spool.close()
    assert everything(tmp_path) == [b"before", b"after"]


def test_a_forked_child_writes_its_own_segment(tmp_path: Path):
    code = """
        import os, sys
        from pathlib import Path
        from analytics.spool import Spool
        spool = Spool(Path(sys.argv[1]), 1 << 20)
        spool.append([b"parent 1"])
        child = os.fork()
        if child == 0:
            spool.append([b"child"])
            os._exit(0)
        os.waitpid(child, 0)
        spool.append([b"parent 2"])
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code), str(tmp_path)], check=True, cwd=ROOT)
    assert len(list(tmp_path.glob("*.segment"))) == 2
    assert sorted(everything(tmp_path)) == [b"child", b"parent 1", b"parent 2"]


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path):
    code = """
        import sys
        from pathlib import Path
        from analytics.spool import Spool
        spool = Spool(Path(sys.argv[1]), 1 << 28)
        for number in range(10**9):
            spool.append([b"%d" % number * 50])
            print(number, flush=True)
    """
    for _ in range(3):
        folder = tmp_path / os.urandom(4).hex()
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), str(folder)], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(50)]
        time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        acknowledged += process.stdout.readlines()
        process.stdout.close()
        process.wait()
        told = [int(line) for line in acknowledged if line.endswith(b"\n")]
        found = everything(folder)
        assert found[: len(told)] == [b"%d" % number * 50 for number in told]
        assert len(found) - len(told) <= 1  # the one on its way


@pytest.mark.parametrize("cut", [1, 5, 11, 12, 13, 100])
def test_a_torn_tail_is_cut_at_the_last_good_record(tmp_path: Path, caplog: pytest.LogCaptureFixture, cut: int):
    spool = Spool(tmp_path, MEGABYTE)
    spool.append([b"good 1", b"good 2"])
    spool.append([b"x" * 200])
    spool.close()
    segment = only_segment(tmp_path)
    os.truncate(segment, segment.stat().st_size - 212 + cut)
    with caplog.at_level(logging.WARNING):
        assert everything(tmp_path) == [b"good 1", b"good 2"]
    assert "torn record" in caplog.text
    assert not (tmp_path / "damaged").exists()
    assert not list(tmp_path.glob("*.segment"))


@pytest.mark.parametrize("where", [0, 3, 4, 7, 8, 11, 12, 150])
def test_a_damaged_record_is_named_and_set_aside_and_the_rest_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, where: int
):
    spool = Spool(tmp_path, MEGABYTE)
    spool.append([b"before"])
    spool.append([b"x" * 200])
    spool.append([b"after 1"])
    spool.append([b"after 2"])
    spool.close()
    segment = only_segment(tmp_path)
    data = bytearray(segment.read_bytes())
    start = frames.HEADER_BYTES + len(b"before")
    data[start + where] ^= 0x40
    segment.write_bytes(data)
    with caplog.at_level(logging.ERROR):
        assert everything(tmp_path) == [b"before", b"after 1", b"after 2"]
    assert f"damaged from byte {start} to {start + 212}" in caplog.text
    (kept,) = (tmp_path / "damaged").iterdir()
    assert kept.read_bytes() == bytes(data[start : start + 212])
    assert kept.name in caplog.text


def test_damage_is_found_in_a_live_segment_too(tmp_path: Path):
    spool = Spool(tmp_path, MEGABYTE)
    spool.append([b"before", b"x" * 200, b"after"])
    segment = only_segment(tmp_path)
    with segment.open("r+b") as file:
        file.seek(60)
        file.write(b"?")
    reader = Reader(tmp_path)
    assert reader.batch(MEGABYTE)[0] == [b"before", b"after"]
    reader.close()


def test_nobody_can_send_bytes_that_pass_for_a_record(tmp_path: Path):
    """A record in a record: were the outer one damaged, the inner one must not be taken for real."""
    spool = Spool(tmp_path, MEGABYTE)
    forged = frames.frame(b"forged", 0)
    spool.append([b"before", forged + b"x" * 50, b"after"])
    spool.close()
    segment = only_segment(tmp_path)
    data = bytearray(segment.read_bytes())
    data[-30] ^= 1
    segment.write_bytes(data)
    assert everything(tmp_path) == [b"before", b"after"]


def test_an_unreadable_cursor_means_reading_from_the_start(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    spool = Spool(tmp_path, MEGABYTE)
    spool.append([b"a"])
    reader = Reader(tmp_path)
    reader.confirm(reader.batch(MEGABYTE)[1])
    reader.close()
    (tmp_path / "cursor.json").write_text("{")
    reader = Reader(tmp_path)
    assert reader.batch(MEGABYTE)[0] == [b"a"]
    assert "drained from its start" in caplog.text
    reader.close()
