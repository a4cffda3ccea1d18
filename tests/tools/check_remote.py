"""Publishes sites to real servers on this machine: a bucket (moto), WebDAV (WsgiDAV) and SFTP (OpenSSH).

    check_remote.py --binary PROGRAM [--only s3|webdav|sftp] [--kills N]

PROGRAM is built with the feature `remote`. For each server: what arrives is the built site, with its headers; a second
publication moves only what changed; foreign files stay; publications that are killed at random moments leave no dead link
and are resumed; a wrong password, a wrong clock, a full disk, a lost connection and a second publisher are named, without
any secret. The visitor reads what the server has while publications run.
"""

import argparse
import contextlib
import http.server
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

SECRET = "hunter2-very-secret"
TOOLS = pathlib.Path(sys.executable).parent
# A request with a signature, which moto does not check.
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=a"}
FAULTS = []


def expect(condition, text):
    if not condition:
        FAULTS.append(text)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None:
            sys.exit(f"a server ended: {process.args}")
        time.sleep(0.05)
    sys.exit(f"a server did not start: {process.args}")


@contextlib.contextmanager
def running(words, port, **options):
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        wait_for(port, process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def request(method, url, body=None, headers=SIGNED):
    """Status, headers and bytes."""
    asked = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


class Bucket:
    """The folder `www` of a bucket."""

    name = "s3"

    def __init__(self, port):
        self.endpoint = f"http://127.0.0.1:{port}"
        self.url = f"{self.endpoint}/town/www/"
        self.target = f"{{to: s3, bucket: town, root: www, endpoint: '{self.endpoint}', region: us-east-1}}"
        self.environment = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": SECRET}
        request("PUT", f"{self.endpoint}/town")

    def address(self, path):
        return self.url + urllib.parse.quote(path)

    def read(self, path):
        status, _, content = request("GET", self.address(path))
        return content if status == 200 else None

    def write(self, path, content):
        request("PUT", self.address(path), content, SIGNED | {"Content-Type": "application/octet-stream"})

    def delete(self, path):
        request("DELETE", self.address(path))

    def paths(self):
        _, _, listing = request("GET", f"{self.endpoint}/town?list-type=2&max-keys=5000&prefix=www/")
        keys = re.findall(r"<Key>(.*?)</Key>", listing.decode())
        return {key.removeprefix("www/") for key in keys}


class Folder:
    """The folder of a server on this machine, which visitors read through another program."""

    def __init__(self, name, folder, target, environment):
        self.name, self.folder, self.target, self.environment = name, folder, target, environment

    def read(self, path):
        try:
            return (self.folder / path).read_bytes()
        except OSError:
            return None

    def write(self, path, content):
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(content)

    def delete(self, path):
        (self.folder / path).unlink(missing_ok=True)

    def paths(self):
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()}


class Site:
    """A site of posts, of which some change."""

    def __init__(self, binary, folder, server, posts=5):
        self.binary, self.folder, self.server = binary, folder, server
        self.write("content/site.yaml", "title: 栖禾镇\nbase_url: https://qihe.example/\n")
        self.aim(server.target)
        for number in range(posts):
            self.post(f"p{number}", "正文。")

    def aim(self, target):
        self.write("content/_publish.yaml", f"there: {target}\n")

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def post(self, name, text):
        head = f"title: 学习{name}\ndate: 2022-05-12\nsummary: 摘要。\nform: public-talk\n"
        self.write(f"content/study/2022/{name}.md", f"---\n{head}---\n{text}\n")

    def command(self, *words):
        return [str(self.binary), *words, "--site", str(self.folder), "--lang", "en"]

    def environment(self, **other):
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "SSL_CERT_FILE") if key in os.environ}
        dated = {"SOURCE_DATE_EPOCH": "1669852800"}
        return kept | dated | self.server.environment | other

    def run(self, *words, **other):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=600,
                              env=self.environment(**other))
        # Lines are broken where the terminal ends.
        said = " ".join((done.stdout + done.stderr).split())
        expect(SECRET not in said, f"{self.server.name}: a secret is printed: {said}")
        return done.returncode, said

    def publish(self, *words):
        status, said = self.run("publish", "there", *words)
        expect(status == 0, f"{self.server.name}: status {status}: {said}")
        return said

    def built(self):
        public = self.folder / "public"
        files = (path for path in public.rglob("*") if path.is_file() and path.name != ".xiangyin")
        return {path.relative_to(public).as_posix(): path.read_bytes() for path in files}

    def expect_published(self, when):
        built = self.built()
        found = self.server.paths() - {".xiangyin-published"}
        expect(found == set(built), f"{self.server.name}, {when}: {sorted(found ^ set(built))[:9]}")
        other = [path for path in sorted(found & set(built)) if self.server.read(path) != built[path]]
        expect(not other, f"{self.server.name}, {when}: other bytes: {other[:9]}")


def links(html):
    for value in re.findall(rb'(?:href|src)="?([^"\s>#?]+)', html):
        value = value.decode("utf-8", "replace").removeprefix("https://qihe.example")
        if value.startswith("/") and not value.startswith("//"):
            path = urllib.parse.unquote(value[1:])
            yield path + "index.html" if path == "" or path.endswith("/") else path


def dead_links(server, is_over=lambda: False):
    """Follows all links from the front page. A link is dead when the page that is there still has it."""
    found_on, open_pages, missing = {"index.html": None}, ["index.html"], []
    while open_pages and not is_over():
        page = open_pages.pop()
        html = server.read(page)
        if html is None:
            missing.append(page)
            continue
        for path in links(html):
            if path in found_on:
                continue
            found_on[path] = page
            if path.endswith(".html"):
                open_pages.append(path)
            elif server.read(path) is None:
                missing.append(path)
    # A page that was read before it was replaced may have led to what was withdrawn since.
    is_linked = lambda path: found_on[path] is None or path in links(server.read(found_on[path]) or b"")
    return [f"{found_on[path]} → {path}" for path in missing if is_linked(path) and server.read(path) is None]


class Visitor:
    """Reads the site again and again while files travel."""

    def __init__(self, server):
        self.server, self.is_over, self.dead = server, False, []
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        try:
            while not self.is_over:
                self.dead += dead_links(self.server, lambda: self.is_over)
        except OSError as error:
            self.dead.append(f"{self.server.name}: the visitor got no answer: {error}")

    def leave(self):
        self.is_over = True
        self.thread.join()
        return self.dead


def check_first_and_second(site):
    server, name = site.server, site.server.name
    said = site.publish("--dry-run")
    expect("Nothing was sent" in said and not server.paths(), f"{name}: a dry run wrote: {server.paths()}")
    said = site.publish()
    expect(f"{len(site.built())} files sent" in said, f"{name}: {said}")
    site.expect_published("first")
    expect("up to date" in site.publish(), f"{name}: not up to date")
    before = site.built()
    site.post("p3", "正文改了一句。")
    said = site.publish()
    after = site.built()
    changed = [path for path in after if before.get(path) != after[path]]
    expect(f"{len(changed)} files sent" in said and len(changed) < len(after) / 3, f"{name}: {len(changed)}: {said}")
    site.expect_published("second")
    (site.folder / "content/study/2022/p3.md").unlink()
    site.publish()
    site.expect_published("after a deletion")
    print(f"{name}: {len(before)} files, {len(changed)} of them after an edit of one text")


def check_headers(site):
    server = site.server
    style = next(path for path in site.built() if path.startswith("static/") and path.endswith(".css"))
    immutable = "public, max-age=31536000, immutable"
    for path, kind, cache in (
        ("index.html", "text/html; charset=utf-8", "no-cache"),
        ("feed.xml", "text/xml; charset=utf-8", "no-cache"),
        (style, "text/css; charset=utf-8", immutable),
    ):
        _, headers, _ = request("GET", server.address(path))
        found = headers.get("Content-Type"), headers.get("Cache-Control")
        expect(found == (kind, cache), f"s3: {path}: {found}")


def check_foreign(site):
    server, name = site.server, site.server.name
    server.write("mine.txt", b"mine")
    site.post("f0", "新的。")
    server.write("study/2022/f0/index.html", b"another page")
    before = server.paths()
    status, said = site.run("publish", "there")
    expect(status == 1 and "error[foreign-at-destination]" in said and "f0/index.html" in said, f"{name}: {said}")
    expect(server.paths() == before, f"{name}: something was written: {server.paths() ^ before}")
    server.delete("study/2022/f0/index.html")
    said = site.publish()
    expect("left alone: mine.txt" in said and server.read("mine.txt") == b"mine", f"{name}: {said}")
    site.publish("--take-over")
    expect(server.read("mine.txt") is None, f"{name}: mine.txt is still there")
    site.expect_published("taken over")


def check_second_publisher(site):
    server, name = site.server, site.server.name
    server.write(".xiangyin-lock", f"xiangyin publishing 1\n0123456789abcdef {int(time.time())}\n".encode())
    site.post("p1", "别的正文。")
    status, said = site.run("publish", "there")
    expect(status == 1 and "error[destination-busy]" in said, f"{name}: {said}")
    server.delete(".xiangyin-lock")
    site.publish()
    site.expect_published("after a second publisher")


def check_kills(site, kills):
    """Kills publications at random moments while a visitor reads."""
    server, name = site.server, site.server.name
    started = time.monotonic()
    site.post("k", "新的。")
    site.publish()
    span = time.monotonic() - started
    interrupted = 0
    for number in range(kills):
        # Another style sheet, another page, another text: all old pages link to the one, some to the other.
        site.write("themes/own/theme.yaml", "extends: default\n")
        site.write("themes/own/static/style.css", f"a {{ margin: {number}px; }}\n")
        site.write("content/site.yaml", "title: 栖禾镇\nbase_url: https://qihe.example/\ntheme: own\n")
        site.post(f"n{number}", "新的。")
        if number > 1:
            (site.folder / f"content/study/2022/n{number - 2}.md").unlink()
        site.run("build")
        process = subprocess.Popen(
            site.command("publish", "there"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=site.environment())
        visitor = Visitor(server)
        time.sleep(random.uniform(0.3, 1) * span)
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        process.wait()
        dead = visitor.leave()
        expect(not dead, f"{name}: dead links for a visitor: {dead[:9]}")
        # A request of the killed one may still be under way.
        settled = None
        while settled != (settled := server.paths()):
            time.sleep(0.3)
        interrupted += ".xiangyin-publishing" in server.paths()
        dead = dead_links(server)
        expect(not dead, f"{name}: dead links after a kill: {dead[:9]}")
        if number % 3 == 2:
            site.publish()
            site.expect_published(f"resumed after kill {number}")
    site.publish()
    site.expect_published("resumed at last")
    expect(not dead_links(server), f"{name}: dead links at last")
    expect(interrupted > 0 or kills < 5, f"{name}: no publication was interrupted")
    print(f"{name}: {kills} killed, {interrupted} of them while files travelled")


class Forwarder:
    """A way to a server that breaks for good after some connections, or after some bytes."""

    def __init__(self, port, connections=1000, size=1 << 40):
        self.port, self.left, self.size = port, connections, size
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.own_port = self.listener.getsockname()[1]
        self.sockets = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                if self.left <= 0:
                    self.break_off()
                    return
                self.left -= 1
                server = socket.create_connection(("127.0.0.1", self.port))
                self.sockets += [client, server]
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self.pump, args=(source, sink), daemon=True).start()

    def break_off(self):
        self.listener.close()
        for side in self.sockets:
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def pump(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                self.size -= len(data)
                if self.size < 0:
                    self.left = 0
                    return self.break_off()
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


def expect_failure(site, cause, *marks, options=(), **environment):
    status, said = site.run("publish", "there", *options, **environment)
    expect(status == 1 and all(mark in said for mark in marks), f"{site.server.name}: {cause}: {status}: {said}")


class Refusing(http.server.BaseHTTPRequestHandler):
    """A bucket that refuses everything, as services do when a signature or a clock is wrong."""

    code = ""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        error = f"<Error><Code>{self.code}</Code><Message>Refused as always.</Message></Error>".encode()
        self.send_response(403)
        self.send_header("Content-Length", str(len(error)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(error)

    do_GET = do_PUT = do_HEAD = do_POST = answer

    def log_message(self, *_):
        pass


def check_refusals_of_bucket(site, port):
    target = site.server.target
    for code, mark in (("SignatureDoesNotMatch", "the password or the key is wrong"), ("RequestTimeTooSkewed", "clock")):
        handler = type("Handler", (Refusing,), {"code": code})
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            site.aim(target.replace(str(port), str(server.server_port)))
            expect_failure(site, code, "error[destination-failed]", mark, code)
            server.shutdown()
    site.aim(target.replace("bucket: town", "bucket: village"))
    expect_failure(site, "no bucket", "there is no such bucket")
    site.aim(target.replace(str(port), str(free_port())))
    expect_failure(site, "no server", "no server is listening")
    site.aim(target)
    none = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "HOME": str(site.folder)}
    expect_failure(site, "no credentials", "there is no user and no password", **none)


def check_lost_connection(site, port, **limit):
    """The way to the server breaks in the middle of a publication."""
    server, target = site.server, site.server.target
    site.write("themes/own/theme.yaml", "extends: default\n")
    site.write("themes/own/static/style.css", "a { margin: 99px; }\n")
    way = Forwarder(port, **limit)
    site.aim(target.replace(str(port), str(way.own_port)))
    before = server.paths()
    expect_failure(site, "lost connection", "error[destination-failed]")
    expect(before <= server.paths(), f"{server.name}: something was deleted")
    expect(not dead_links(server), f"{server.name}: dead links after a lost connection")
    server.delete(".xiangyin-lock")
    site.aim(target)
    site.publish()
    site.expect_published("after a lost connection")


@contextlib.contextmanager
def small_disk(folder):
    """A disk of 300 KB at `folder`; None where none can be mounted."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(words, capture_output=True).returncode != 0:
        print("SKIPPED: a full disk: no file system can be mounted here")
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def check_full_disk(site, target, *marks):
    site.aim(target)
    expect_failure(site, "full disk", "error[destination-failed]", *marks, options=["--take-over"])


def check_large_file(site):
    """A file of more than two pieces."""
    settings, large = site.folder / "content/site.yaml", site.folder / "content/files/large.bin"
    before = settings.read_text("utf-8")
    settings.write_text(before + "assets: {publish: [files/**]}\n", "utf-8")
    large.parent.mkdir()
    large.write_bytes(random.randbytes(17 << 20))
    site.publish()
    expect(site.server.read("files/large.bin") == large.read_bytes(), f"{site.server.name}: the large file is another")
    large.unlink()
    settings.write_text(before, "utf-8")
    site.publish()
    site.expect_published("after the large file")


def all_checks(site, kills):
    check_first_and_second(site)
    check_large_file(site)
    check_foreign(site)
    check_second_publisher(site)
    check_kills(site, kills)


def check_s3(binary, folder, kills):
    port = free_port()
    with running([str(TOOLS / "moto_server"), "-H", "127.0.0.1", "-p", str(port)], port):
        site = Site(binary, folder / "site", Bucket(port))
        all_checks(site, kills)
        check_headers(site)
        check_lost_connection(site, port, connections=40)
        check_refusals_of_bucket(site, port)


def check_webdav(binary, folder, kills):
    port, disk = free_port(), folder / "disk"
    shared = folder / "dav"
    shared.mkdir()
    with small_disk(disk) as small:
        (folder / "wsgidav.yaml").write_text(
            f"host: 127.0.0.1\nport: {port}\nprovider_mapping:\n  '/': '{shared}'\n  '/small': '{disk}'\n"
            f"simple_dc:\n  user_mapping:\n    '*':\n      ann: {{password: '{SECRET}'}}\n"
            "http_authenticator: {accept_basic: true, accept_digest: false, default_to_digest: false}\n"
            "property_manager: true\nlock_storage: true\nverbose: 1\n")
        with running([str(TOOLS / "wsgidav"), "--config", str(folder / "wsgidav.yaml")], port, cwd=folder):
            environment = {"WEBDAV_USERNAME": "ann", "WEBDAV_PASSWORD": SECRET, "HOME": str(folder)}
            endpoint = f"http://127.0.0.1:{port}"
            target = f"{{to: webdav, endpoint: '{endpoint}', root: town/www}}"
            site = Site(binary, folder / "site", Folder("webdav", shared / "town/www", target, environment))
            all_checks(site, kills)
            expect_failure(site, "wrong password", "the password or the key is wrong", WEBDAV_PASSWORD="other")
            (folder / ".netrc").write_text(f"machine 127.0.0.1\n  login ann\n  password {SECRET}\n")
            site.server.environment = {"HOME": str(folder)}
            site.publish()
            if small:
                check_full_disk(site, f"{{to: webdav, endpoint: '{endpoint}/small'}}")


def check_sftp(binary, folder, kills):
    port, disk = free_port(), folder / "disk"
    shared = folder / "sftp"
    shared.mkdir()
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized")
    sshd = shutil.which("sshd") or "/usr/sbin/sshd"
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile {folder}/pid\nStrictModes no\n"
        f"AuthorizedKeysFile {folder}/authorized\nPasswordAuthentication no\nUsePAM no\nMaxStartups 100\n"
        "Subsystem sftp internal-sftp\n")
    if os.getuid() == 0:
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
    host_key = (folder / "host.pub").read_text().split()[:2]
    (folder / "known_hosts").write_text(f"* {' '.join(host_key)}\n")
    (folder / "none").write_text("")
    # The settings of the user who runs the test must not count.
    (folder / "bin").mkdir()
    wrapper = folder / "bin/ssh"
    wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F /dev/null -o UserKnownHostsFile=${{KNOWN-{folder}/known_hosts}} "$@"\n')
    wrapper.chmod(0o755)
    user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    with small_disk(disk) as small, running([sshd, "-D", "-f", str(folder / "sshd_config")], port):
        environment = {"PATH": f"{folder}/bin:{os.environ['PATH']}"}
        target = f"{{to: sftp, endpoint: '127.0.0.1:{port}', user: {user}, key: '{folder}/user', root: '{shared}/www'}}"
        site = Site(binary, folder / "site", Folder("sftp", shared / "www", target, environment))
        all_checks(site, kills)
        check_lost_connection(site, port, size=100_000)
        expect_failure(site, "unknown host", "the key of the server is not known", KNOWN=str(folder / "none"))
        site.aim(target.replace(f"{folder}/user", f"{folder}/host"))
        expect_failure(site, "wrong key", "the password or the key is wrong")
        # A folder is made at the server, but none above it.
        site.aim(target.replace(f"{shared}/www", f"{shared}/no/www"))
        expect_failure(site, "no folder", "it was not found")
        site.aim(target.replace(str(port), str(free_port())))
        expect_failure(site, "no server", "no server is listening")
        if small:
            check_full_disk(site, target.replace(f"{shared}/www", str(disk)), "the disk is full")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True, type=pathlib.Path)
    parser.add_argument("--only", choices=["s3", "webdav", "sftp"])
    parser.add_argument("--kills", type=int, default=3)
    options = parser.parse_args()
    started = time.monotonic()
    for name, check in (("s3", check_s3), ("webdav", check_webdav), ("sftp", check_sftp)):
        if options.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                check(options.binary.resolve(), pathlib.Path(folder), options.kills)
    for fault in FAULTS:
        print(fault)
    print(f"remote: {len(FAULTS)} faults, {time.monotonic() - started:.0f} seconds")
    sys.exit(1 if FAULTS else 0)


main()
