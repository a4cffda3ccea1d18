"""Serves a built site by nginx and Caddy, set up by the files of `xiangyin init --recipe`, and fetches every file.

    check_hosting.py --binary PROGRAM [--selftest]

Each file must arrive whole, with its type and charset, its cache headers and the headers of security; folders lead to
their pages, what is missing to the page 404, and files of the program to nobody. The site stands at the root of its host
and below a path. `publish --check` must find nothing. The self-test serves it by nginx's own defaults, whose faults both must
find.
"""

import argparse
import contextlib
import gzip
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import xml.etree.ElementTree

TYPES = {
    ".html": ["text/html; charset=utf-8"],
    ".css": ["text/css; charset=utf-8"],
    ".js": ["text/javascript; charset=utf-8", "application/javascript; charset=utf-8"],
    ".json": ["application/json; charset=utf-8", "application/json"],
    ".csv": ["text/csv; charset=utf-8"],
    ".vtt": ["text/vtt; charset=utf-8"],
    ".txt": ["text/plain; charset=utf-8"],
    ".xml": ["text/xml; charset=utf-8", "application/xml; charset=utf-8"],
    ".svg": ["image/svg+xml", "image/svg+xml; charset=utf-8"],
    ".webp": ["image/webp"],
    ".jpg": ["image/jpeg"],
    ".png": ["image/png"],
    ".mp4": ["video/mp4"],
    ".docx": ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    ".xlsx": ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
}
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": "frame-ancestors 'self'",
}
SUBTITLES = "WEBVTT\n\n00:00.000 --> 00:02.000\n清洁河道\n"
TABLE = "村,场次\n石桥村,3\n"


class KeepRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(KeepRedirects)


def fetch(url, **headers):
    """Status, headers and bytes."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with OPENER.open(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(binary, *words):
    done = subprocess.run([binary, *map(str, words)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: {done.stdout}{done.stderr}")
    return done.stdout


@contextlib.contextmanager
def server(words, url):
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                fetch(url)
                break
            if process.poll() is not None:
                sys.exit(f"{words[0]} ended: {process.stderr.read()}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def nginx(folder, text, port):
    """nginx with the server of `text`, as a user's process."""
    text = text.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("    listen [::]:80;\n", "")
    text = text.replace("include mime.types;", "include /etc/nginx/mime.types;")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    main = f"daemon off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{text}\n}}\n"
    (folder / "main.conf").write_text(main, "utf-8")
    return ["nginx", "-e", "stderr", "-c", str(folder / "main.conf")]


def caddy(folder, text, port):
    text = text.replace("\nlocalhost {", f"\nhttp://localhost:{port} {{")
    (folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + text, "utf-8")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def check(site, base, faults):
    """Fetches all files of `site`, whose front page is at `base`."""
    files = sorted(path for path in site.rglob("*") if path.is_file() and not path.name.startswith("."))
    for path in files:
        name = path.relative_to(site).as_posix()
        address = base + (name.removesuffix("index.html") if path.name == "index.html" else name)
        status, headers, content = fetch(address)
        if status != 200 or content != path.read_bytes():
            faults.append(f"{address}: status {status}, {len(content)} bytes")
        kind = headers.get("Content-Type", "").lower()
        if kind not in TYPES[path.suffix]:
            faults.append(f"{address}: {kind or 'no type'}")
        cache = "public, max-age=31536000, immutable" if name.startswith("static/") else "no-cache"
        for key, value in (SECURITY | {"Cache-Control": cache}).items():
            if headers.get(key) != value:
                faults.append(f"{address}: {key} is {headers.get(key)}")
    status, headers, _ = fetch(base + "about")
    if status not in (301, 308) or not headers.get("Location", "").endswith("/about/"):
        faults.append(f"{base}about: {status} {headers.get('Location')}")
    missing = (site / "404.html").read_bytes()
    for name in ("nothing/", "static/none.css", ".xiangyin", "about/.secret"):
        status, headers, content = fetch(base + name)
        if status != 404 or content != missing or "immutable" in headers.get("Cache-Control", ""):
            faults.append(f"{base}{name}: {status}, {headers.get('Cache-Control')}")
    _, headers, content = fetch(base, **{"Accept-Encoding": "gzip"})
    if headers.get("Content-Encoding") != "gzip" or gzip.decompress(content) != (site / "index.html").read_bytes():
        faults.append(f"{base}: not compressed")
    return len(files)


def live_check(binary, site, base):
    """What `publish --check` says of the copy at `base`: its exit status and its findings."""
    words = [binary, "publish", "--check", base, "--site", site, "--message-format", "json", "--lang", "en"]
    done = subprocess.run([*map(str, words)], capture_output=True, text=True)
    findings = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return done.returncode, [finding for finding in findings if finding["code"].startswith("live-")]


def built_site(binary, folder, path):
    """A new site with all recipes, built for `http://localhost` below `path`. Returns its folder and its public files."""
    site = folder / "site"
    run(binary, "init", site, "--lang", "zh-CN")
    settings = site / "content/site.yaml"
    lines = [line for line in settings.read_text("utf-8").splitlines() if not line.startswith("base_url:")]
    lines += [f"base_url: http://localhost{path}", 'assets: {publish: ["files/**"]}', ""]
    settings.write_text("\n".join(lines), "utf-8")
    files = site / "content/files"
    files.mkdir()
    (files / "a.vtt").write_text(SUBTITLES, "utf-8")
    (files / "b.csv").write_text(TABLE, "utf-8")
    names = ["nginx", "caddy", "iis", "github", "gitlab", "gitea", "forgejo", "cloudflare", "git"]
    words = [word for name in names for word in ("--recipe", name)]
    run(binary, "init", site, *words)
    (site / "deploy/nginx.conf").open("a", encoding="utf-8").write("# mine\n")
    run(binary, "init", site, *words)
    if not (site / "deploy/nginx.conf").read_text("utf-8").endswith("# mine\n"):
        sys.exit("a recipe overwrote a file")
    public = folder / "www" / path.strip("/")
    public.parent.mkdir(exist_ok=True)
    run(binary, "build", "--site", site, "--out", folder / "built")
    shutil.copytree(folder / "built", public)
    xml.etree.ElementTree.parse(public / "web.config")
    (public / "web.config").unlink()
    (public / "_headers").unlink()
    return site, public


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--selftest", action="store_true")
    options = parser.parse_args()
    faults = []
    fetched = 0
    for path in ("/", "/town/"):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            # nginx started by root reads the files as another user.
            folder.chmod(0o755)
            site, public = built_site(options.binary, folder, path)
            port = free_port()
            base = f"http://localhost:{port}{path}"
            root = f"{folder}/www"
            if options.selftest:
                text = f"include /etc/nginx/mime.types; default_type application/octet-stream; server {{ listen 127.0.0.1:{port}; root {root}; }}"
                with server(nginx(folder, text, port), base):
                    check(public, base, faults)
                    status, findings = live_check(options.binary, site, base)
                    faults += [f"publish --check: {finding['code']}: {finding['message']}" for finding in findings]
                    faults.append(f"publish --check: status {status}")
                continue
            for start, recipe in ((nginx, "nginx.conf"), (caddy, "Caddyfile")):
                text = (site / "deploy" / recipe).read_text("utf-8").replace("/var/www/localhost", root)
                with server(start(folder, text, port), base):
                    fetched += check(public, base, faults)
                    status, findings = live_check(options.binary, site, base)
                    if status or findings:
                        faults.append(f"{base}: publish --check: {status}, {findings}")
    if options.selftest:
        wanted = ("a.vtt: application/octet-stream", "b.csv: application/octet-stream", "Cache-Control is None",
                  "X-Content-Type-Options is None", "nothing/: 404", "not compressed", ".xiangyin: 200",
                  "publish --check: status 1", "publish --check: live-other-not-found")
        missed = [want for want in wanted if not any(want in fault for fault in faults)]
        for kind in ("text/csv", "text/vtt"):
            if not any("live-wrong-type" in fault and kind in fault for fault in faults):
                missed.append(f"publish --check: {kind}")
        sys.exit(f"not found: {missed}" if missed else 0)
    for fault in faults:
        print(fault)
    print(f"hosting: {fetched} files fetched, {len(faults)} faults")
    sys.exit(1 if faults else 0)


main()
