#!/usr/bin/env python3
"""Checks a built site with tools that are not ours. Run it with target/tools/venv's Python (install.sh).

    check_site.py TREE --base-url URL [--port N] [--only links,html,feeds,sitemap]
    check_site.py TREE --base-url ""           a tree of relative links, opened from the disk

links    linkinator crawls the tree on a server of 127.0.0.1 under the base URL's path, from every page,
         anchors and style sheets included. In a tree of relative links, which it crawls below a path of its
         own, besides each link is relative, stays in the tree and ends in a file: opened from the disk, a
         folder has no page.
html     the Nu HTML checker reads every page, style sheet and SVG; errors fail, warnings are counted.
feeds    feedparser reads every feed.xml: well-formed, entries with unique ids, dates, links that exist.
sitemap  lxml validates sitemap.xml against sitemaps.org's schema and Google's for videos;
         each address is absolute, below the base URL, and exists in the tree.

A finding is one line; the exit status is 1 when there is any. The module builds nothing and knows
nothing of posts and kinds: `check_portal.py` builds the sample portal and calls it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
from datetime import datetime
from pathlib import Path

import feedparser
from lxml import etree, html

from serve import serving

HERE = Path(__file__).resolve().parent
TOOLS = HERE.parent.parent / "target/tools"
NPM = TOOLS / "npm/node_modules"
FEED_NAME = "feed.xml"
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Attributes whose value is one address. `srcset` is left to linkinator.
LINK_ATTRIBUTES = ("href", "src", "poster", "data")


class Tree:
    """A built site and the address that it was built for; `""` means relative links."""

    def __init__(self, root, base_url):
        self.root = Path(root).resolve()
        self.base_url = base_url
        self.pages = sorted(self.root.rglob("*.html"))

    @property
    def prefix(self):
        """The path that the site is hosted under, with slashes at both ends."""
        return urllib.parse.urlsplit(self.base_url).path.rstrip("/") + "/"

    def named(self, path):
        return path.relative_to(self.root).as_posix()

    def file_of(self, url):
        """The file that an absolute address of this site names, or None."""
        base = self.base_url.rstrip("/") + "/"
        address = url.split("#")[0].split("?")[0]
        if not (address + "/").startswith(base):
            return None
        place = self.root / urllib.parse.unquote(address[len(base):])
        place = place / "index.html" if place.is_dir() else place
        return place if place.is_file() else None


def check_links(tree, port):
    # A relative link that leaves the tree, and one from the disk's root, leads to nothing there.
    prefix = tree.prefix if tree.base_url else "/from/disk/"
    with serving(tree.root, prefix, port) as origin:
        found = links_over_http(tree, origin, prefix)
    return found if tree.base_url else found + links_from_disk(tree)


def links_over_http(tree, origin, prefix):
    """Every page and style sheet is a starting point: linkinator follows only what lies below one, and orphans count too."""
    files = tree.pages + sorted(tree.root.rglob("*.css"))
    starts = [origin + prefix + urllib.parse.quote(tree.named(path)) for path in files]
    # Only our own server is asked: the outside is not this check's business and may be out of reach.
    outside = f"^(?!{origin})"
    # Into a file: linkinator ends without waiting for the reader of a pipe, who then gets the first part only.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as report:
        done = subprocess.run([NPM / ".bin/linkinator", *starts, "--recurse", "--check-fragments", "--check-css",
                               "--concurrency", "16", "--timeout", "30000", "--retry-errors",
                               "--retry-errors-count", "3", "--skip", outside, "--format", "json"],
                              stdout=report, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        report.seek(0)
        printed = report.read()
    try:
        links = json.loads(printed[printed.index("{"):])["links"]
    except (ValueError, KeyError):
        return [f"linkinator gave no result: {printed[-500:]}{done.stderr[-2000:]}"]
    seen = sum(link["state"] == "OK" for link in links)
    if seen < len(tree.pages):
        return [f"linkinator saw {seen} links, fewer than the {len(tree.pages)} pages"]
    print(f"  linkinator: {seen} addresses seen from {len(tree.pages)} pages under {prefix}")
    return [f"{link.get('parent', '?')}: dead link {link['url']} ({link.get('status')})"
            for link in links if link["state"] == "BROKEN"]


def links_from_disk(tree):
    """Opened from the disk a folder shows its listing and `/x` is the disk's root: both are dead to a reader."""
    found = []
    for page in tree.pages:
        document = html.fromstring(page.read_bytes())
        for element in document.iter(etree.Element):
            for name in LINK_ATTRIBUTES:
                if (value := element.get(name)) is not None and (fault := disk_fault(tree, page, value)):
                    found.append(f"{tree.named(page)}: {name}=\"{value}\" {fault}")
    return found


def disk_fault(tree, page, value):
    """What is wrong with a relative link of a page, or None; addresses with a scheme are not ours to judge."""
    parts = urllib.parse.urlsplit(value)
    if parts.scheme or not (parts.path or parts.netloc):
        return None
    if parts.netloc or parts.path.startswith("/"):
        return "is not relative"
    place = Path(os.path.normpath(page.parent / urllib.parse.unquote(parts.path)))
    if not place.is_relative_to(tree.root):
        return "leaves the site"
    return "names a folder" if place.is_dir() else None if place.is_file() else "does not exist"


def check_html(tree, _port):
    # Named one by one: given a folder, the checker reads feeds and data as HTML too.
    files = [path for path in sorted(tree.root.rglob("*")) if path.suffix in (".html", ".css", ".svg")]
    done = subprocess.run(["java", "-Xss4m", "-jar", NPM / "vnu-jar/build/dist/vnu.jar", "--format", "json", "--stdout",
                           "--exit-zero-always", "--also-check-css", "--also-check-svg",
                           "--filterfile", HERE / "vnu-filter.txt", *files], capture_output=True, text=True)
    try:
        messages = json.loads(done.stdout)["messages"]
    except (ValueError, KeyError):
        return [f"the Nu HTML checker gave no result: {done.stdout[-500:]}{done.stderr[-2000:]}"]
    errors = [message for message in messages if message["type"] != "info"]
    warnings = [message for message in messages if message.get("subType") == "warning"]
    print(f"  Nu HTML checker: {len(tree.pages)} pages, {len(errors)} errors, {len(warnings)} warnings")
    for text in sorted({message["message"] for message in warnings})[:10]:
        print(f"    warning: {text}")
    return [f"{message.get('url', '').removeprefix(tree.root.as_uri().replace('file://', 'file:'))}:"
            f"{message.get('lastLine', '?')}: {message['message']}" for message in errors]


def check_feeds(tree, _port):
    feeds = sorted(tree.root.rglob(FEED_NAME))
    found = [] if feeds else ["no feed.xml in the tree"]
    for path in feeds:
        found += [f"{tree.named(path)}: {fault}" for fault in feed_faults(tree, path)]
    print(f"  feedparser: {len(feeds)} feeds")
    return found


def feed_faults(tree, path):
    feed = feedparser.parse(path.read_bytes())
    if feed.bozo:
        return [f"not well-formed: {feed.bozo_exception}"]
    if not feed.version.startswith("atom"):
        return [f"not Atom but {feed.version or 'unknown'}"]
    faults = [f"the feed has no {name}" for name in ("id", "title", "updated_parsed") if not feed.feed.get(name)]
    if not feed.entries:
        faults.append("no entries")
    ids = [entry.get("id") for entry in feed.entries]
    faults += [f"id used twice: {name}" for name in sorted({str(name) for name in ids if ids.count(name) > 1})]
    for entry in feed.entries:
        label = entry.get("title", "?")
        faults += [f"{label}: no {name}" for name in ("id", "title", "link", "updated") if not entry.get(name)]
        if not is_rfc3339(entry.get("updated", "")):
            faults.append(f"{label}: updated is not a date of RFC 3339: {entry.get('updated')}")
        if tree.file_of(entry.get("link", "")) is None:
            faults.append(f"{label}: link not in the tree: {entry.get('link')}")
    return faults


def is_rfc3339(value):
    """Atom dates carry a time and an offset (RFC 4287, 3.3); feedparser alone would take less."""
    try:
        return "T" in value and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def check_sitemap(tree, _port):
    start = tree.root / "sitemap.xml"
    if not start.is_file():
        return ["no sitemap.xml in the tree"]
    found, locations, todo = [], 0, [start]
    while todo:
        path = todo.pop()
        name = tree.named(path)
        try:
            document = etree.parse(path)
        except etree.XMLSyntaxError as fault:
            found.append(f"{name}: {fault}")
            continue
        root = etree.QName(document.getroot()).localname
        schema = etree.XMLSchema(etree.parse(HERE / ("siteindex.xsd" if root == "sitemapindex" else "sitemap.xsd")))
        if not schema.validate(document):
            found += [f"{name}:{fault.line}: {fault.message}" for fault in schema.error_log]
        for element in document.iter(f"{{{SITEMAPS}}}loc"):
            locations += 1
            target = tree.file_of((element.text or "").strip())
            if target is None:
                found.append(f"{name}:{element.sourceline}: not in the tree: {element.text}")
            elif root == "sitemapindex":
                todo.append(target)
    print(f"  sitemap: {locations} addresses")
    return found


CHECKS = {"links": check_links, "html": check_html, "feeds": check_feeds, "sitemap": check_sitemap}


def check(tree, names, port=0):
    """Runs the named checks one after another; returns all findings, each with its check's name."""
    found = [] if tree.pages else ["the tree has no pages"]
    for name in names if tree.pages else []:
        found += [f"{name}: {fault}" for fault in CHECKS[name](tree, port)]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tree", type=Path)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--port", type=int, default=0, help="port of 127.0.0.1 to serve on; 0 takes a free one")
    parser.add_argument("--only", default=",".join(CHECKS), help="comma-separated names of checks")
    args = parser.parse_args()
    names = args.only.split(",")
    if unknown := set(names) - set(CHECKS):
        parser.error(f"unknown check: {', '.join(sorted(unknown))}")
    found = check(Tree(args.tree, args.base_url), names, args.port)
    print("\n".join(found) if found else "no findings")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
