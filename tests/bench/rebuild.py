#!/usr/bin/env python3
"""Builds a site again after one edit, with Xiangyin and with Hugo, and prints a table of both.

    rebuild.py [N ...] [--binary target/dist/xiangyin] [--rounds 5] [--hold | --record]

Both generators have built N generated posts (see `generate.py`) on a tmpfs. Then, taking
turns: everything from nothing, nothing changed, the body of one post edited, its title, and
a template. The table gives the median wall time of each, and for Xiangyin how many files were
made. Hugo's output folder stays between runs, which is all that it can use again.

The floor of "nothing changed" is the time that it takes to stat, read and hash the inputs on
all threads (`inputs.rs`), measured between the runs; the goal is one and a half times that.
Measure on a quiet machine; the script warns about one that is not.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from compare import HERE, HUGO_VERSION, ROOT, TMPFS, WORK, add_ratio_options, hold_ratios, install_hugo, measure


def compile_inputs():
    binary, source = WORK / "inputs", HERE / "inputs.rs"
    if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["rustc", "-O", "--edition", "2024", "-o", binary, source], check=True)
    return binary


class Generator:
    """One generator with its copy of the site and an output folder that stays."""

    def __init__(self, name, place, command, template):
        self.name, self.site, self.out = name, place / name.lower(), place / f"{name.lower()}-out"
        self.command, self.template, self.made = command, template, {}

    def build(self, *more):
        seconds, _ = measure([*self.command(self.site, self.out), *more], self.out.with_suffix(".log"))
        return seconds

    def clean(self):
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.rmtree(self.site / ".xiangyin-cache", ignore_errors=True)
        return self.build()

    def post(self, number):
        """The post that is edited in a round: the same one for both generators."""
        posts = sorted((self.site / "content/study").rglob("*.md"))
        posts = [post for post in posts if not post.name.startswith("_")]
        return posts[(7 * number) % len(posts)]

    def edit_body(self, number):
        with open(self.post(number), "a", encoding="utf-8") as post:
            post.write(f"\n第 {number} 次补记。\n")

    def edit_title(self, number):
        post = self.post(number)
        lines = post.read_text(encoding="utf-8").split("\n")
        at = next(at for at, line in enumerate(lines) if line.startswith("title:"))
        lines[at] = f"title: 第 {number} 次改名"
        post.write_text("\n".join(lines), encoding="utf-8")

    def edit_template(self, number):
        path, original = self.template
        path = self.site / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(original.read_text(encoding="utf-8") + f"<!-- {number} -->\n", encoding="utf-8")

    def count(self, name):
        """How many files the last build made, as `--explain` says; it is asked in a run of its own."""
        done = subprocess.run([*self.command(self.site, self.out), "--explain", "--message-format", "json"],
                              check=True, capture_output=True, text=True).stdout
        lines = (json.loads(line) for line in done.splitlines())
        self.made[name] = sum("output" in line and line["reason"] != "gone" for line in lines)


EDITS = [("nothing changed", None), ("one body edited", Generator.edit_body),
         ("one title edited", Generator.edit_title), ("one template edited", Generator.edit_template)]


def rebuild(count, rounds, binary, hugo, inputs, place):
    """Measures one size; returns the lines of its part of the table, and our shares of Hugo's time."""
    subprocess.run([sys.executable, HERE / "generate.py", str(count), place], check=True, stdout=sys.stderr)
    os.environ["HUGO_CACHEDIR"] = str(place / "hugo-cache")
    ours = Generator("Xiangyin", place,
                     lambda site, out: [str(binary), "build", "--site", str(site), "--out", str(out)],
                     (Path("themes/default/templates/article.html"), ROOT / "themes/default/templates/article.html"))
    layout = place / "hugo/layouts/page.html"
    kept = place / "page.html"
    shutil.copy(layout, kept)
    peer = Generator("Hugo", place, lambda site, out: [str(hugo), "--minify", "--quiet", "--source", str(site),
                                                       "--destination", str(out)],
                     (layout.relative_to(place / "hugo"), kept))
    seconds, floors = {}, []
    for number in range(1, rounds + 1):
        for generator in (ours, peer):
            note(seconds, "from nothing", generator, generator.clean())
        for name, edit in EDITS:
            for generator in (ours, peer):
                if edit:
                    edit(generator, number)
                note(seconds, name, generator, generator.build())
            if edit is None:
                floors.append(float(subprocess.run([inputs, ours.site / "content", ours.site / "themes"], check=True,
                                                   capture_output=True, text=True).stdout.split()[0]))
        print(f"  round {number} of {rounds}", file=sys.stderr)
    for name, edit in EDITS:
        if edit:
            edit(ours, rounds + 1)
        ours.count(name)
    medians = {case: statistics.median(spent) for case, spent in seconds.items()}
    ratios = {f"{name}, {count} posts": medians[name, "Xiangyin"] / medians[name, "Hugo"] for name, _ in EDITS}
    return rows(count, ours, seconds, floors), ratios


def note(seconds, name, generator, spent):
    seconds.setdefault((name, generator.name), []).append(spent)


def rows(count, ours, seconds, floors):
    floor = statistics.median(floors)
    lines = []
    for name in ["from nothing", *(name for name, _ in EDITS)]:
        own, other = (statistics.median(seconds[name, generator]) for generator in ("Xiangyin", "Hugo"))
        made = f"{ours.made[name]:,}" if name in ours.made else "all"
        lines.append(f"| {count:,} | {name} | {own:.3f} | {made} | {other:.3f} | {own / other:.3f} |")
    unchanged = statistics.median(seconds["nothing changed", "Xiangyin"])
    lines.append(f"| {count:,} | *stat and hash of the inputs* | {floor:.3f} | | | |")
    lines.append(f"\n{count:,} posts: nothing changed takes {unchanged / floor:.2f} times the stat and hash of the inputs.\n")
    return lines


HEADER = ("| posts | build | Xiangyin, s | files made | Hugo, s | of Hugo's time |\n"
          "| ---: | --- | ---: | ---: | ---: | ---: |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("counts", nargs="*", type=int, metavar="N", default=[1000])
    parser.add_argument("--binary", type=Path, default=ROOT / "target/dist/xiangyin")
    parser.add_argument("--rounds", type=int, default=5)
    add_ratio_options(parser)
    args = parser.parse_args()
    if args.rounds < 1:
        parser.error("--rounds must be at least 1")
    if not args.binary.exists():
        parser.error(f"{args.binary} does not exist")
    WORK.mkdir(parents=True, exist_ok=True)
    hugo, inputs = install_hugo(), compile_inputs()
    os.environ.setdefault("HUGO_PARAMS_RELATED", "term")
    if (load := os.getloadavg()[0]) > 0.5:
        print(f"the machine is not quiet (load {load:.1f}): read the ratios, not the seconds", file=sys.stderr)
    table, ratios = [HEADER], {}
    for count in args.counts:
        base = TMPFS if TMPFS.is_dir() else None
        with tempfile.TemporaryDirectory(prefix="xiangyin-bench-", dir=base) as place:
            lines, more = rebuild(count, args.rounds, args.binary.resolve(), hugo, inputs, Path(place))
        table += lines
        ratios |= more
    print("\n".join(table))
    print(f"\n{args.rounds} rounds each, taking turns; {os.cpu_count()} cores; {os.uname().machine}; Hugo {HUGO_VERSION}.")
    return hold_ratios(args, ratios)


if __name__ == "__main__":
    sys.exit(main())
