#!/usr/bin/env python3
"""Measures how soon a saved file is seen in the preview, with `xiangyin serve` and with `hugo server`.

    preview.py [N ...] [--binary target/dist/xiangyin] [--edits 15] [--hugo-edits 15] [--goals]
               [--hugo-render fast|full] [--hugo-place memory|disk] [--only-ours] [--limit 180] [--seed 1]

Both servers show the same N generated posts (see `generate.py`) from a tmpfs. One is started, measured and stopped
before the other: at 50,000 posts Hugo alone fills some gigabytes. A table gives, in milliseconds:

    body    a sentence is added to a post; until the post's own page shows it
    list    the title of a post on the first page of its list is changed; until that page shows it
    front   a sentence is added to a post; the slowest answer of the front page, asked for again and again until the
            post's page shows the change, and once more after that: what somebody who reads another page feels

The clock starts before the file is opened, and stops when the whole page has come. The file is written as most
editors and shells write: opened, emptied, written, closed. Between two looks at a page there is half a millisecond;
both servers are asked over one connection that stays open. The page was looked at once before the edit, as it is when
it is open in a browser, and two edits that are not counted come first. The next edit waits until the server's
processor time stands still: nobody is measured while still busy with the edit before. Each edit is of another post.
A page that does not show an edit within `--limit` seconds ends the run with status 1; so does, for either server, a
page that nobody had looked at, and which shows an old title at the end.

What was chosen for Hugo: `--renderToMemory`, because we write no files either (`--hugo-place disk` measures its default,
on the tmpfs); no `--minify`, which costs it time;
`fast` rendering, its default, in which only changed pages and those lately looked at are rendered, and others when
they are asked for: it is its faster way, and its lists are right (looked at here). `full` measures `--disableFastRender`.
Hugo gathers events for up to half a second before it starts (`watcher.New(500*time.Millisecond, …)` in its
`commands/hugobuilder.go`); no option changes that, and it is part of what its editors wait for.

At 50,000 posts Hugo takes many seconds for each edit: `--hugo-edits 5` makes fewer of its.

With `--goals` the run fails when a median of ours exceeds 30 ms at 10,000 posts or fewer or 100 ms at 50,000 or fewer,
or is behind Hugo's.
"""

import argparse
import contextlib
import http.client
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from compare import HERE, HUGO_VERSION, ROOT, TMPFS, WORK, install_hugo

SORTS = ("body", "list", "front")
WARM_UPS = 2
BETWEEN_LOOKS = 0.0005
GOALS = ((10_000, 30), (50_000, 100))
TITLE = re.compile(r'^title: "(.*)"$', re.MULTILINE)


class Stale(Exception):
    """A page does not show what it should."""


@dataclass
class Site:
    """One generator's folder of posts, newest first; and what is read and written in it."""

    root: Path
    posts: list = field(default_factory=list)

    def __post_init__(self):
        files = (self.root / "content").glob("*/[0-9]*/*-[0-9]*.md")
        self.posts = sorted(files, key=lambda path: int(path.stem.rsplit("-", 1)[1]), reverse=True)

    def address(self, post):
        return f"/{post.relative_to(self.root / 'content').with_suffix('')}/"

    def choose(self, edits, rng):
        """Posts to edit for each sort: for `list` the newest of the kinds in turn, for the others any."""
        first = {}
        for post in self.posts:
            first.setdefault(post.relative_to(self.root / "content").parts[0], []).append(post)
        # The first page of a list has 20; posts of one day may stand in either order, so the last of them are left out.
        fronts = [kind[place] for place in range(15) for kind in first.values() if place < len(kind)][:edits]
        if len(fronts) < edits:
            sys.exit(f"preview: {len(self.posts)} posts are too few for {edits} edits of each sort")
        rest = rng.sample([post for post in self.posts if post not in set(fronts)], 2 * edits)
        return {"body": rest[:edits], "list": fronts, "front": rest[edits:]}

    def list_of(self, post):
        return f"/{post.relative_to(self.root / 'content').parts[0]}/"


@dataclass
class Measured:
    """What one server needed at one size: milliseconds by sort, seconds to its first page, its peak memory."""

    name: str
    times: dict
    start: float
    peak_mib: float = 0.0


class Preview:
    """A running server and one connection to it."""

    def __init__(self, command, log, limit):
        self.port = int(command[command.index("--port") + 1])
        self.limit = limit
        self.log = log
        self.connection = None
        began = time.perf_counter()
        with open(log, "wb") as words:
            self.process = subprocess.Popen(command, stdout=words, stderr=words, stdin=subprocess.DEVNULL)
        self.start = self.first_page(began)

    def first_page(self, began):
        """Seconds from the start of the process to its front page."""
        while time.perf_counter() - began < 1800:
            if self.process.poll() is not None:
                sys.exit(f"preview: {self.process.args[0]} ended:\n{self.words()}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                status, _ = self.get("/")
                if status == 200:
                    return time.perf_counter() - began
            time.sleep(0.005)
        sys.exit(f"preview: no front page after half an hour:\n{self.words()}")

    def words(self):
        return self.log.read_text(errors="replace")[-3000:]

    def get(self, url):
        """Status and bytes of an answer, over the connection that is kept; made anew where the server closed it."""
        for attempt in range(2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=max(60, self.limit))
            try:
                self.connection.request("GET", url)
                answer = self.connection.getresponse()
                return answer.status, answer.read()
            except (OSError, http.client.HTTPException):
                self.connection.close()
                self.connection = None
                if attempt:
                    raise
        raise AssertionError("two attempts either answer or raise")

    def shows(self, url, text):
        status, body = self.get(url)
        return status == 200 and text in body

    def quiet(self):
        """Waits until the process has used no processor time for three tenths of a second."""
        used, since = self.cpu(), time.perf_counter()
        while time.perf_counter() - since < 0.3:
            time.sleep(0.05)
            now = self.cpu()
            if now > used + 1:
                used, since = now, time.perf_counter()

    def cpu(self):
        """Ticks of processor time that the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def peak_mib(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s*(\d+)", status).group(1)) / 1024

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def save(path, text):
    """Writes as an editor does that empties the file first; returns when it began."""
    data = text.encode()
    began = time.perf_counter()
    with open(path, "wb", buffering=0) as file:
        file.write(data)
    return began


def seen(preview, began, url, text):
    """Milliseconds until the page at `url` has the text."""
    while not preview.shows(url, text):
        if time.perf_counter() - began > preview.limit:
            raise Stale(f"{url} did not show an edit within {preview.limit} seconds")
        time.sleep(BETWEEN_LOOKS)
    return (time.perf_counter() - began) * 1000


def edit_body(preview, site, post, mark):
    url = site.address(post)
    look(preview, url)
    began = save(post, post.read_text() + f"\n{mark}，记于栖禾。\n")
    return seen(preview, began, url, mark.encode())


def edit_title(preview, site, post, mark):
    text = post.read_text()
    title = TITLE.search(text).group(1)
    if not preview.shows(site.list_of(post), title.encode()):
        raise Stale(f"{site.list_of(post)} does not list {title}")
    began = save(post, TITLE.sub(lambda found: f'title: "{found.group(1)}{mark}"', text, count=1))
    return seen(preview, began, site.list_of(post), (title + mark).encode())


def edit_elsewhere(preview, site, post, mark):
    """The slowest answer of the front page while a post's page changes, and once after."""
    url = site.address(post)
    look(preview, url)
    look(preview, "/")
    began = save(post, post.read_text() + f"\n{mark}，记于栖禾。\n")
    slowest, changed = look(preview, "/"), False
    while not changed:
        changed = preview.shows(url, mark.encode())
        slowest = max(slowest, look(preview, "/"))
        if time.perf_counter() - began > preview.limit:
            raise Stale(f"{url} did not show an edit within {preview.limit} seconds")
        time.sleep(BETWEEN_LOOKS)
    return slowest


def look(preview, url):
    """Milliseconds that one answer takes."""
    began = time.perf_counter()
    status, _ = preview.get(url)
    if status != 200:
        raise Stale(f"{url} answers with status {status}")
    return (time.perf_counter() - began) * 1000


EDITS = {"body": edit_body, "list": edit_title, "front": edit_elsewhere}


def measure(name, command, root, log, edits, limit, seed):
    """Starts a server, makes all edits one after another, stops it."""
    site = Site(root)
    chosen = site.choose(edits + WARM_UPS, random.Random(seed))
    preview = Preview(command, log, limit)
    measured = Measured(name, {sort: [] for sort in SORTS}, preview.start)
    try:
        for sort in SORTS:
            for number, post in enumerate(chosen[sort]):
                preview.quiet()
                took = EDITS[sort](preview, site, post, f"改动{sort}{number + 1:03d}")
                if number >= WARM_UPS:
                    measured.times[sort].append(took)
            print(f"  {name}, {sort}: " + " ".join(f"{took:.0f}" for took in measured.times[sort]), file=sys.stderr)
        preview.quiet()
        other_pages(preview, site, chosen["list"])
        measured.peak_mib = preview.peak_mib()
    except Stale as stale:
        sys.exit(f"preview: {name}: {stale}\n{preview.words()}")
    finally:
        preview.stop()
    return measured


def other_pages(preview, site, edited):
    """New titles stand on pages that nobody had looked at: the archives of their years."""
    for post in edited:
        title = TITLE.search(post.read_text()).group(1)
        if not preview.shows(f"/archive/{post.parent.name}/", title.encode()):
            raise Stale(f"/archive/{post.parent.name}/ does not show the new title {title}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def compare(count, place, args, hugo):
    """Measures both servers at one size; ours first."""
    made = subprocess.run([sys.executable, HERE / "generate.py", str(count), place, "--seed", str(args.seed)],
                          check=True, capture_output=True, text=True).stdout
    print(f"{count} posts: {made.strip()}", file=sys.stderr)
    os.environ["HUGO_CACHEDIR"] = str(place / "hugo-cache")
    commands = []
    if args.binary:
        commands.append(("Xiangyin", "xiangyin", [str(args.binary), "serve", "--site", str(place / "xiangyin")]))
    if not args.only_ours:
        full = ["--disableFastRender"] if args.hugo_render == "full" else []
        memory = ["--renderToMemory"] if args.hugo_place == "memory" else []
        commands.append((f"Hugo, {args.hugo_render}, {args.hugo_place}", "hugo",
                         [str(hugo), "server", "--source", str(place / "hugo"), *memory, *full]))
    return [measure(name, [*command, "--port", free_port()], place / root, place / f"{root}.log",
                    args.edits if root == "xiangyin" else args.hugo_edits, args.limit, args.seed) for name, root, command in commands]


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def rows(count, all_measured):
    """Lines of both tables."""
    edits, servers = [], []
    hugo = next((measured for measured in all_measured if measured.name.startswith("Hugo")), None)
    for sort in SORTS:
        for measured in all_measured:
            times = measured.times[sort]
            median = statistics.median(times)
            share = f"{median / statistics.median(hugo.times[sort]):.3f}" if hugo else ""
            edits.append(f"| {count:,} | {sort} | {measured.name} | {median:.1f} | {percentile(times, 0.9):.1f} "
                         f"| {max(times):.1f} | {share} |")
    for measured in all_measured:
        servers.append(f"| {count:,} | {measured.name} | {measured.start:.2f} | {measured.peak_mib:.0f} |")
    return edits, servers


def missed(count, all_measured):
    """Goals that were missed at one size, as sentences."""
    ours = next((measured for measured in all_measured if measured.name == "Xiangyin"), None)
    hugo = next((measured for measured in all_measured if measured.name != "Xiangyin"), None)
    if ours is None:
        return []
    limit = next((limit for size, limit in GOALS if count <= size), float("inf"))
    found = []
    for sort in SORTS:
        median = statistics.median(ours.times[sort])
        if median > limit:
            found.append(f"{count:,} posts, {sort}: {median:.1f} ms is over {limit} ms")
        if hugo and median > statistics.median(hugo.times[sort]):
            found.append(f"{count:,} posts, {sort}: {median:.1f} ms is behind Hugo")
    return found


EDIT_HEADER = ("| posts | edit | server | median ms | p90 ms | max ms | of Hugo's time |\n"
               "| ---: | --- | --- | ---: | ---: | ---: | ---: |")
SERVER_HEADER = "| posts | server | first page s | peak MiB |\n| ---: | --- | ---: | ---: |"


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("counts", nargs="*", type=int, metavar="N", default=[1000, 10_000, 50_000])
    parser.add_argument("--binary", type=Path, default=ROOT / "target/dist/xiangyin")
    parser.add_argument("--edits", type=int, default=15, help="of each sort")
    parser.add_argument("--hugo-edits", type=int, help="of each sort; as many as ours when not given")
    parser.add_argument("--limit", type=float, default=180, help="seconds after which an edit must show")
    parser.add_argument("--hugo-render", choices=["fast", "full"], default="fast")
    parser.add_argument("--hugo-place", choices=["memory", "disk"], default="memory")
    parser.add_argument("--only-ours", action="store_true", help="without Hugo")
    parser.add_argument("--goals", action="store_true", help="fail when a goal is missed")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    args.hugo_edits = args.hugo_edits or args.edits
    if not (1 <= args.edits <= 100 and 1 <= args.hugo_edits <= 100):
        parser.error("--edits and --hugo-edits must be from 1 to 100")
    if not args.binary.exists():
        print(f"{args.binary} does not exist: only Hugo is measured", file=sys.stderr)
    args.binary = args.binary.resolve() if args.binary.exists() else None
    return args


def main():
    args = options()
    WORK.mkdir(parents=True, exist_ok=True)
    hugo = None if args.only_ours else install_hugo()
    if (load := os.getloadavg()[0]) > 0.5:
        print(f"the machine is not quiet (load {load:.1f}): read the ratios, not the milliseconds", file=sys.stderr)
    edits, servers, misses = [EDIT_HEADER], [SERVER_HEADER], []
    for count in args.counts:
        with tempfile.TemporaryDirectory(prefix="xiangyin-preview-", dir=TMPFS if TMPFS.is_dir() else None) as place:
            measured = compare(count, Path(place), args, hugo)
        for table, lines in zip((edits, servers), rows(count, measured)):
            table += lines
        misses += missed(count, measured)
    print("\n".join([*edits, "", *servers]))
    print(f"\n{args.edits} edits of each sort (Hugo: {args.hugo_edits}), after {WARM_UPS} uncounted; one server after the other; {os.cpu_count()} cores; "
          f"{os.uname().machine}; Hugo {HUGO_VERSION}, {args.hugo_render} rendering; seed {args.seed}.")
    print("\n".join(f"missed: {miss}" for miss in misses) if misses else "No goal was missed.")
    sys.exit(1 if misses and args.goals else 0)


if __name__ == "__main__":
    main()
