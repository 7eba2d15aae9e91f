"""Memory of what `make run` started, in MiB: `python -m tests.bench.memory [PID]` (PID: any parent of others).

PSS counts a page shared by n processes as 1/n in each: its sum is what the machine gives. The sum of RSS is not.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PID_FILE = ROOT / ".venv" / "supervisord.pid"
KIB_PER_MIB = 1024
WIDTH = 90


def children_by_parent() -> dict[int, list[int]]:
    families: dict[int, list[int]] = defaultdict(list)
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = status.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        families[int(after_name[1])].append(int(status.parent.name))
    return families


def family(pid: int) -> list[int]:
    """The process and everything below it."""
    families, found, waiting = children_by_parent(), [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += families[one]
    return sorted(found)


def kib(pid: int, field: str) -> int:
    """A field of smaps_rollup; 0 for a process that has ended or belongs to somebody else."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "(ended)"


def main(arguments: list[str]) -> str:
    if not arguments and not PID_FILE.is_file():
        sys.exit("Nothing is running here: start it with make run, or name a PID.")
    pids = family(int(arguments[0] if arguments else PID_FILE.read_text()))
    rows = [(kib(pid, "Pss") / KIB_PER_MIB, kib(pid, "Rss") / KIB_PER_MIB, words(pid)) for pid in pids]
    lines = [f"{pss:8.1f} {rss:8.1f}  {command[:WIDTH]}" for pss, rss, command in rows]
    total = f"{sum(row[0] for row in rows):8.1f} {sum(row[1] for row in rows):8.1f}  together"
    return "\n".join(["     PSS      RSS  MiB", *lines, total])


if __name__ == "__main__":
    print(main(sys.argv[1:]))
