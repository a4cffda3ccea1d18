"""Edits a site hard while `xiangyin serve` shows it: what is served in the end must be what a clean build makes.

    stress_preview.py [--binary target/debug/xiangyin] [--saves 500] [--bulk 2000]

Three parts, each ended by a comparison of every file of a clean build with what the server answers at its address:

    saves   posts are saved in a row as editors do: written in place, written aside and renamed, moved to a backup and
            written anew, or written slowly in two halves that part a character; some are wrong for one save. The
            memory after the second half of the saves may exceed that after the first by a tenth and 8 MiB
    faults  what lies in `content/` is taken away, cannot be read, is no file: see `FAULTS`. The server must answer
            all the while, and show the next edit when the fault is mended; where it is no error, before that
    bulk    `--bulk` posts are written, half of them deleted and a quarter moved with their folder, all at once

Ctrl-C must end the server within two seconds. The exit status is 1 when anything failed; everything is tried.
One file of more than 400 lines, because half of it is a list of faults of a few lines each.
Python's standard library is all that is needed, and Linux: memory is read from `/proc`.
"""

import argparse
import concurrent.futures
import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POSTS = 100
EDITED = 40
PATIENCE = 60.0
GROWTH, GROWTH_MIB = 1.10, 8
# What the preview puts into a page: nothing else may differ from the built one.
INJECTED = re.compile(rb'<script[^>]* src="?[^">]*/_xiangyin/[^>]*></script>')

SITE = """title: 栖禾乡音
base_url: https://stress.example/town/
language: zh-CN
timezone: Asia/Shanghai
owner: {name: 栖禾镇人民政府, organiser: 栖禾镇党委宣传办公室, address: 望澜县栖禾镇禾源路 1 号, icp: 虚构ICP备00000000号}
policy: {review: "off", privacy: warn, links: error, unknown_keys: error}
"""
FOLDERS = ("volunteer", "culture", "civility", "study")
PREFIX = "/town"


class Failures:
    """What went wrong so far."""

    def __init__(self):
        self.found = []

    def add(self, sentence):
        print(f"  FAILED: {sentence}", flush=True)
        self.found.append(sentence)


class Site:
    """The folder that is edited. Its text is fictional."""

    def __init__(self, root):
        self.root = root
        self.content = root / "content"
        self.content.mkdir(parents=True)
        (self.content / "site.yaml").write_text(SITE)
        self.posts = [self.content / FOLDERS[n % 4] / str(2021 + n % 2) / f"post-{n:03d}.md" for n in range(POSTS)]
        for number, post in enumerate(self.posts):
            post.parent.mkdir(parents=True, exist_ok=True)
            post.write_text(text(number, "初稿"))
        self.edits = 0

    def address(self, post):
        return f"{PREFIX}/{post.relative_to(self.content).with_suffix('')}/"

    def edit(self):
        """Changes the first post; returns its address and what its page must show now."""
        self.edits += 1
        mark = f"补记{self.edits:04d}"
        self.posts[0].parent.mkdir(parents=True, exist_ok=True)
        self.posts[0].write_text(text(0, mark))
        return self.address(self.posts[0]), mark


def text(number, mark, key=""):
    """A small post; `key` is a line more of front matter."""
    title = f"虚构活动第{number}次" + (f"·{mark}" if mark[-1:] in "05" else "")
    return (f"---\ntitle: {title}\ndate: {2021 + number % 2}-{1 + number % 12:02d}-{1 + number % 28:02d}\n"
            f"tags: [示例, 第{number % 7}组]\n{key}---\n\n## 经过\n\n这是虚构的第{number}篇。**{mark}**。\n\n"
            + "栖禾镇的故事，写给测试看。" * (3 + number % 40) + "\n")


class Server:
    """The preview under test, asked over HTTP as a browser asks."""

    def __init__(self, binary, site, log):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = log
        command = [str(binary), "serve", "--site", str(site), "--port", str(self.port), "--lang", "en"]
        with open(log, "wb") as words:
            self.process = subprocess.Popen(command, stdout=words, stderr=words, stdin=subprocess.DEVNULL)
        self.local = threading.local()

    def get(self, url, timeout=PATIENCE):
        """Status and bytes, over one connection a thread; made anew where it broke."""
        for attempt in range(2):
            connection = getattr(self.local, "connection", None)
            if connection is None:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
                self.local.connection = connection
            try:
                connection.request("GET", urllib.parse.quote(url))
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                self.local.connection = None
                if attempt:
                    raise
        raise AssertionError("two attempts either answer or raise")

    def wait(self, url, expected):
        """Whether the page comes to have the text in time."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.alive():
            with contextlib.suppress(OSError, http.client.HTTPException):
                status, body = self.get(url)
                if status == 200 and expected.encode() in body:
                    return True
            time.sleep(0.01)
        return False

    def alive(self):
        return self.process.poll() is None

    def rss_mib(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s*(\d+)", status).group(1)) / 1024

    def interrupt(self):
        """Seconds until Ctrl-C ended it; none when it did not."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None
        return time.monotonic() - began

    def words(self):
        return self.log.read_text(errors="replace")[-3000:]


# The ways of saving.

def in_place(post, data):
    post.write_bytes(data)


def renamed(post, data):
    aside = post.with_name(f".{post.name}.new")
    aside.write_bytes(data)
    os.replace(aside, post)


def slowly(post, data):
    """Two halves with a pause, parted in the middle of a character."""
    half = len(data) // 2
    while data[half] & 0xC0 != 0x80:
        half += 1
    with open(post, "wb", buffering=0) as file:
        file.write(data[:half])
        time.sleep(0.02)
        file.write(data[half:])


def backed_up(post, data):
    backup = post.with_name(f"{post.name}~")
    os.replace(post, backup)
    post.write_bytes(data)
    backup.unlink()


WAYS = (in_place, renamed, slowly, backed_up)


def save_many(site, server, numbers, failures):
    """Saves posts in a row; every tenth is waited for, so that the server takes part and does not only sleep."""
    for number in numbers:
        at = 1 + number // 2 % EDITED
        mark = f"存{number:04d}"
        # A wrong post is saved rightly at once after: two saves in a row are of the same one.
        key = "participents_: 3\n" if number % 26 == 12 else ""
        WAYS[number // 2 % len(WAYS)](site.posts[at], text(at, mark, key).encode())
        time.sleep(0.005)
        if number % 10 == 9 and not server.wait(site.address(site.posts[at]), mark):
            failures.add(f"save {number} ({WAYS[number // 2 % len(WAYS)].__name__}) was not shown")
            return


def saves(site, server, count, failures):
    save_many(site, server, range(count // 2), failures)
    first = server.rss_mib()
    save_many(site, server, range(count // 2, count), failures)
    second = server.rss_mib()
    print(f"  memory after {count // 2} saves {first:.1f} MiB, after {count} saves {second:.1f} MiB", flush=True)
    if second > first * GROWTH + GROWTH_MIB:
        failures.add(f"memory grew from {first:.1f} to {second:.1f} MiB in the second half of {count} saves")


# The faults: what plants each, what mends it, and whether edits show before it is mended.

def empty_file(content):
    (content / "volunteer/empty.md").touch()


def folder_like_a_post(content):
    (content / "volunteer/folder.md").mkdir()
    (content / "volunteer/folder.md/inside.md").write_text(text(900, "内"))


def named_pipe(content):
    os.mkfifo(content / "volunteer/pipe.md")
    os.mkfifo(content / "pipe.png")


def loop_of_links(content):
    (content / "volunteer/loop").symlink_to(content)


def link_to_nothing(content):
    (content / "volunteer/nothing.md").symlink_to("nowhere.md")


def half_a_character(content):
    (content / "volunteer/half.md").write_bytes(text(901, "半").encode()[:-8])


def not_readable(content):
    (content / "volunteer/locked.md").write_text(text(902, "锁"))
    (content / "volunteer/locked.md").chmod(0)


def post_turned_folder(content):
    post = content / "volunteer/2021/post-004.md"
    os.replace(post, content.parent / "post-004.md")
    post.mkdir()


def post_turned_back(content):
    post = content / "volunteer/2021/post-004.md"
    post.rmdir()
    os.replace(content.parent / "post-004.md", post)


def content_away(content):
    os.rename(content, content.parent / "elsewhere")


def content_back(content):
    os.rename(content.parent / "elsewhere", content)


def folder_deleted(content):
    shutil.copytree(content / "culture", content.parent / "culture-kept")
    shutil.rmtree(content / "culture")


def folder_made_again(content):
    shutil.copytree(content.parent / "culture-kept", content / "culture")
    shutil.rmtree(content.parent / "culture-kept")


def settings_gone(content):
    (content / "site.yaml").unlink()


def settings_back(content):
    (content / "site.yaml").write_text(SITE)


def comings_and_goings(content):
    """Posts and folders that are there for a moment only, for a second."""
    until = time.monotonic() + 1
    while time.monotonic() < until:
        folder = content / "volunteer/moment"
        folder.mkdir()
        for number in range(20):
            (folder / f"{number}.md").write_text(text(number, "一瞬"))
        shutil.rmtree(folder)


def remove(*names):
    """Mends by removing what was planted."""
    def mend(content):
        for name in names:
            path = content / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    return mend


FAULTS = [
    (empty_file, remove("volunteer/empty.md"), True),
    (folder_like_a_post, remove("volunteer/folder.md"), True),
    (named_pipe, remove("volunteer/pipe.md", "pipe.png"), False),
    (comings_and_goings, lambda content: None, True),
    (loop_of_links, remove("volunteer/loop"), False),
    (link_to_nothing, remove("volunteer/nothing.md"), False),
    (half_a_character, remove("volunteer/half.md"), False),
    (not_readable, remove("volunteer/locked.md"), False),
    (post_turned_folder, post_turned_back, True),
    (folder_deleted, folder_made_again, True),
    (settings_gone, settings_back, False),
    (content_away, content_back, False),
]


def faults(site, server, failures):
    for plant, mend, seen in FAULTS:
        name = plant.__name__.replace("_", " ")
        if plant is not_readable and os.geteuid() == 0:
            print("  not readable: left out, root may read everything")
            continue
        plant(site.content)
        time.sleep(0.3)
        answers(server, name, failures)
        if seen and not server.wait(*site.edit()):
            failures.add(f"{name}: an edit was not shown while it lasted")
        mend(site.content)
        if not server.wait(*site.edit()):
            failures.add(f"{name}: an edit was not shown after it was mended")
        if not server.alive():
            failures.add(f"{name}: the server ended")
            return


def answers(server, name, failures):
    """The front page comes within five seconds, from the last good state."""
    try:
        began = time.monotonic()
        status, _ = server.get(f"{PREFIX}/")
        if status != 200:
            failures.add(f"{name}: the front page answers with {status} while it lasts")
        elif time.monotonic() - began > 5:
            failures.add(f"{name}: the front page took {time.monotonic() - began:.1f} s while it lasted")
    except (OSError, http.client.HTTPException) as error:
        failures.add(f"{name}: no answer while it lasts: {error}")


def bulk(site, server, count, failures):
    """Many posts come, go and move at once, as when another branch is checked out."""
    stay, move = site.content / "civility/bulk", site.content / "study/old/2021"
    for number in range(count):
        folder = move if number % 4 == 0 else stay
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"bulk-{number:04d}.md").write_text(text(number, "批"))
    for number in range(count):
        if number % 4 in (1, 2):
            (stay / f"bulk-{number:04d}.md").unlink()
    os.rename(move.parent, site.content / "study/new")
    if not server.wait(*site.edit()):
        failures.add("bulk: an edit after it was not shown")
    if not server.wait(site.address(site.content / "study/new/2021/bulk-0000.md"), "第0次"):
        failures.add("bulk: a post in the moved folder is not shown")
    for gone in (site.content / "study/old/2021/bulk-0000.md", stay / "bulk-0001.md"):
        if server.get(site.address(gone))[0] != 404:
            failures.add(f"bulk: {site.address(gone)} is still there")


def differences(server, built):
    """Addresses at which the server answers something else than the build wrote; `built` maps addresses to files."""
    def same(url):
        status, body = server.get(url)
        return (status, INJECTED.sub(b"", body)) == (200, built[url].read_bytes())

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return [url for url, equal in zip(built, pool.map(same, built)) if not equal]


def compare(binary, site, server, when, failures):
    """What is served equals a clean build, at the latest after a while."""
    out = site.root.parent / "built"
    for leftover in (out, site.root / ".cache"):
        shutil.rmtree(leftover, ignore_errors=True)
    done = subprocess.run([binary, "build", "--site", site.root, "--out", out, "--lang", "en"], capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        return failures.add(f"after the {when}: the site cannot be built: {(done.stdout + done.stderr)[-1500:]}")
    built = {f"{PREFIX}/{file.relative_to(out)}".removesuffix("index.html"): file
             for file in sorted(out.rglob("*")) if file.is_file() and not file.name.startswith(".")}
    until, different = time.monotonic() + PATIENCE / 2, differences(server, built)
    while different and time.monotonic() < until:
        time.sleep(0.5)
        different = differences(server, {url: built[url] for url in different})
    print(f"  {len(built)} files compared with a clean build", flush=True)
    if different:
        failures.add(f"after the {when}: {len(different)} of {len(built)} differ from a clean build: {different[:6]}")
    return None


def run(binary, count, many, place, failures):
    site = Site(place / "site")
    server = Server(binary, site.root, place / "server.log")
    parts = [("saves", lambda: saves(site, server, count, failures)), ("faults", lambda: faults(site, server, failures)),
             ("bulk change", lambda: bulk(site, server, many, failures))]
    try:
        if not server.wait(f"{PREFIX}/", "栖禾乡音"):
            return failures.add("the server shows no front page")
        for name, part in parts:
            began = time.monotonic()
            print(f"{name}:", flush=True)
            part()
            if not server.alive():
                return failures.add(f"{name}: the server ended with status {server.process.returncode}")
            compare(binary, site, server, name, failures)
            print(f"  {time.monotonic() - began:.0f} s", flush=True)
        ended = server.interrupt()
        if ended is None or ended > 2:
            failures.add(f"Ctrl-C: the server ended after {ended} s")
    finally:
        if server.alive():
            server.process.kill()
        if failures.found:
            print(f"the server said:\n{server.words()}")
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, default=ROOT / "target/debug/xiangyin")
    parser.add_argument("--saves", type=int, default=500)
    parser.add_argument("--bulk", type=int, default=2000)
    args = parser.parse_args()
    failures = Failures()
    with tempfile.TemporaryDirectory(prefix="xiangyin-stress-") as place:
        run(args.binary.resolve(), args.saves, args.bulk, Path(place), failures)
    print(f"stress_preview: {len(failures.found)} failures" if failures.found else "stress_preview: all held")
    sys.exit(1 if failures.found else 0)


if __name__ == "__main__":
    main()
