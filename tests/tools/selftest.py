"""Proves the checkers: a sound little site gives no finding, and each planted fault gives the one it should.

A check that cannot fail shows nothing; here every rule that `tests/run` relies on fails once.
"""

import contextlib
import io
import sys
import tempfile
from pathlib import Path

from check_site import Tree, check
from serve import free_port

PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>{title}</title><link rel="stylesheet" href="{base}style.css"></head>
<body><main><h1>{title}</h1><h2 id="经过">经过</h2>
<p><a href="{base}{index}">首页</a> <a href="{base}post/{index}#经过">帖子</a> <img src="{base}村.svg" alt="村"></p></main></body>
</html>
"""
STYLE = "h1 { color: #a8201a; }\n"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>村</title><path d="M0 0h9v9z"/></svg>\n'
FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>{base}</id><title>乡音</title><updated>2022-06-01T00:00:00+08:00</updated>
<author><name>镇</name></author>
<entry><id>{base}post/</id><title>帖子</title><link href="{base}post/"/><updated>2022-06-01T00:00:00+08:00</updated></entry>
<entry><id>{base}</id><title>首页</title><link href="{base}"/><updated>2022-05-01T00:00:00+08:00</updated></entry>
</feed>
"""
SITEMAP = """<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">
<url><loc>{base}</loc></url>
<url><loc>{base}post/</loc><lastmod>2022-06-01</lastmod><video:video><video:thumbnail_loc>{base}p.png</video:thumbnail_loc>
<video:title>片</video:title><video:description>一段</video:description><video:content_loc>{base}v.mp4</video:content_loc>
<video:duration>30</video:duration></video:video></url>
</urlset>
"""

# Check, hosting, file, what is replaced, by what, and a part of the finding that must come.
FAULTS = [
    ("links", "/", "index.html", 'href="/post/', 'href="/gone/', "/gone/"),
    ("links", "/", "index.html", "post/#经过", "post/#没有", "#"),
    ("links", "/", "style.css", "color: #a8201a", "background: url(gone.png)", "gone.png"),
    ("links", "/town/", "post/index.html", 'href="/town/"', 'href="/"', "(404)"),
    ("links", "file", "index.html", "post/index.html#经过", "gone.html", "does not exist"),
    ("links", "file", "index.html", "post/index.html#经过", "gone.html", "dead link"),
    ("links", "file", "index.html", "index.html#经过", "index.html#没有", "#"),
    ("links", "file", "style.css", "color: #a8201a", "background: url(/村.svg)", "dead link"),
    ("links", "file", "index.html", "post/index.html#经过", "post/", "names a folder"),
    ("links", "file", "post/index.html", 'href="../index.html"', 'href="/index.html"', "is not relative"),
    ("links", "file", "post/index.html", 'href="../index.html"', 'href="../../index.html"', "leaves the site"),
    ("html", "/", "index.html", "<p>", "<p><div>", "in scope"),
    ("html", "/", "style.css", "color: #a8201a", "colour: red", "colour"),
    ("html", "/", "村.svg", "<path", "<rect nothing='1'/><path", "nothing"),
    ("feeds", "/", "feed.xml", "</feed>", "", "not well-formed"),
    ("feeds", "/", "feed.xml", "<id>http://127.0.0.1:PORT/post/</id>", "<id>http://127.0.0.1:PORT/</id>", "id used twice"),
    ("feeds", "/", "feed.xml", "2022-05-01T00:00:00+08:00", "2022-05-01", "RFC 3339"),
    ("feeds", "/", "feed.xml", 'href="http://127.0.0.1:PORT/post/"', 'href="http://127.0.0.1:PORT/gone/"', "not in the tree"),
    ("feeds", "/", "feed.xml", "entry>", "note>", "no entries"),
    ("sitemap", "/", "sitemap.xml", "</urlset>", "", "sitemap.xml"),
    ("sitemap", "/", "sitemap.xml", "<loc>http://127.0.0.1:PORT/post/", "<loc>/post/", "not in the tree"),
    ("sitemap", "/", "sitemap.xml", "PORT/post/</loc>", "PORT/gone/</loc>", "not in the tree"),
    ("sitemap", "/", "sitemap.xml", "2022-06-01", "2022年6月", "lastmod"),
    ("sitemap", "/", "sitemap.xml", "<video:title>片</video:title>", "", "video"),
]

BASES = {"/": "http://127.0.0.1:{port}/", "/town/": "http://127.0.0.1:{port}/town/", "file": ""}


def write_site(root, hosting, port):
    """The sound site as one hosting needs it; returns it as a `Tree`."""
    url = BASES[hosting].format(port=port)
    index = "index.html" if hosting == "file" else ""
    for place, up in (("index.html", "./"), ("post/index.html", "../")):
        base = up if hosting == "file" else hosting
        write(root / place, PAGE.format(title="村" if place == "index.html" else "帖子", base=base, index=index))
    write(root / "style.css", STYLE)
    write(root / "村.svg", PICTURE)
    write(root / "feed.xml", FEED.format(base=url))
    write(root / "sitemap.xml", SITEMAP.format(base=url))
    return Tree(root, url)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def findings(hosting, name, port, plant=None):
    with tempfile.TemporaryDirectory() as place, contextlib.redirect_stdout(io.StringIO()):
        tree = write_site(Path(place), hosting, port)
        if plant:
            plant(tree.root)
        return check(tree, [name], port)


def replace(port, file, old, new):
    """A fault as a function of the site's folder; it must change the file, or it plants nothing."""
    old, new = old.replace("PORT", str(port)), new.replace("PORT", str(port))

    def plant(root):
        text = (root / file).read_text(encoding="utf-8")
        if old not in text:
            sys.exit(f"selftest: {file} has no {old!r} to replace")
        write(root / file, text.replace(old, new))

    return plant


def main():
    failures = []
    for hosting, names in (("/", ["links", "html", "feeds", "sitemap"]), ("/town/", ["links"]), ("file", ["links"])):
        for name in names:
            if found := findings(hosting, name, free_port()):
                failures.append(f"{name} under {hosting}: a sound site has findings: {found[:3]}")
    for name, hosting, file, old, new, expected in FAULTS:
        port = free_port()
        found = findings(hosting, name, port, replace(port, file, old, new))
        if not any(expected in finding for finding in found):
            failures.append(f"{name} under {hosting}: {old!r} → {new!r} in {file} was not found: {found[:3]}")
    print("\n".join(failures) if failures else f"selftest: {len(FAULTS)} planted faults found, sound sites pass")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
