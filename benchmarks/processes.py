"""Runs in child processes: a hard stop by the clock, and peak memory as the system counts it. Reads the clock."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.child import BEGAN, high_water_mb
from benchmarks.solvers.trace import Event, Limit, Status, Trace
from benchmarks.specs import Instance, RunSpec

ROOT = Path(__file__).resolve().parent.parent
BUILD_LIMIT_S = 300.0
"""A child that has not built its program by then is ended."""
POLL_S = 0.05


def grace_s(limit_s: float) -> float:
    """How long a solver may overrun its limit before it is ended: known solvers look at the clock only now and then."""
    return 5.0 + 0.1 * limit_s


def run_in_child(spec: RunSpec, start: Path | None = None, grace: float | None = None) -> Trace:
    """One run in a fresh process; `start` is a file with the point to begin from."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        return _run(Path(name), spec, start, grace)


def start_in_child(instance: Instance, limit: Limit, point: Path) -> bool:
    """What HiGHS finds within the limit, written to the file `point`; False where it finds nothing."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        _run(folder, RunSpec(instance, "highs", limit), None, None)
        found = folder / "point.npy"
        if found.is_file():
            point.write_bytes(found.read_bytes())
        return found.is_file()


def _run(folder: Path, spec: RunSpec, start: Path | None, grace: float | None) -> Trace:
    (folder / "spec.json").write_text(json.dumps(_stated(spec, start)))
    with (folder / "stderr").open("w") as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.child", str(folder / "spec.json")],
            cwd=ROOT,
            env=_environment(spec.limit.threads),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        try:
            allowed_s = spec.limit.time_s + (grace_s(spec.limit.time_s) if grace is None else grace)
            peak_mb, killed = _watch(child, folder, allowed_s)
        finally:
            _end(child)
    return _trace(folder, spec, child.returncode, peak_mb, killed)


def _stated(spec: RunSpec, start: Path | None) -> dict[str, Any]:
    return {
        "instance": asdict(spec.instance),
        "solver": spec.solver,
        "limit": asdict(spec.limit),
        "start": None if start is None else str(start.resolve()),
    }


def _environment(threads: int) -> dict[str, str]:
    counts = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
    return {**os.environ, **dict.fromkeys(counts, str(threads))}


def _watch(child: subprocess.Popen[bytes], folder: Path, allowed_s: float) -> tuple[float, bool]:
    """Wait for the child; most memory of it and its own children [MB], and whether its time was up."""
    peak_mb, searching = 0.0, False
    deadline = time.monotonic() + BUILD_LIMIT_S
    while child.poll() is None:
        peak_mb = max(peak_mb, sum(high_water_mb(pid) or 0.0 for pid in _family(child.pid)))
        if not searching and _lines(folder)[:1] == [BEGAN]:
            searching, deadline = True, time.monotonic() + allowed_s
        if time.monotonic() > deadline:
            return peak_mb, True
        time.sleep(POLL_S)
    return peak_mb, False


def _family(pid: int) -> list[int]:
    """A process and its children."""
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return [pid]
    return [pid, *map(int, told.split())]


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it has started; they are a session of their own."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _lines(folder: Path) -> list[Any]:
    """Complete lines of the events; the last one may be half written."""
    try:
        text = (folder / "events.jsonl").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in text.split("\n")[:-1]]


def _trace(folder: Path, spec: RunSpec, code: int, peak_mb: float, killed: bool) -> Trace:
    file = folder / "trace.json"
    if file.is_file() and not killed:
        told = json.loads(file.read_text(encoding="utf-8"))
        own_mb = told.pop("vm_hwm_mb") or 0.0
        events = tuple(Event(**event) for event in told.pop("events"))
        told |= {"status": Status(told["status"]), "peak_mb": max(peak_mb, own_mb), "events": events}
        return Trace(**told)
    events = tuple(Event(**event) for event in _lines(folder)[1:])
    last = events[-1] if events else Event(0.0, None, None)
    status = Status.KILLED if killed else Status.FAILED
    note = "ended by the clock" if killed else f"exit code {code}: {_tail(folder)}"
    elapsed_s = spec.limit.time_s if killed else last.elapsed_s
    return Trace(status, last.cost, last.bound, elapsed_s, spec.solver, {}, events, note, peak_mb)


def _tail(folder: Path) -> str:
    return " ".join((folder / "stderr").read_text(encoding="utf-8", errors="replace").split())[-300:]
