#!/usr/bin/env python3
"""Builds a site in three hostings and checks each tree: at a host's root, below a path, from the disk.

    check_portal.py --binary target/debug/xiangyin [--site .] [--out target/portal]

Root and sub-path are built for the very address that they are then served at, so that absolute addresses
(canonical links, feeds, sitemap) are crawled too. A build that reports any finding fails the check. The trees are checked
at the same time, because each crawler and checker keeps one processor busy.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from check_site import CHECKS
from serve import free_port

# Feeds and sitemaps need absolute addresses, which a tree for the disk has none of.
HOSTINGS = {
    "root": ("http://127.0.0.1:{port}/", list(CHECKS)),
    "town": ("http://127.0.0.1:{port}/town/", ["links", "feeds", "sitemap"]),
    "file": ("", ["links", "html"]),
}


def build(binary, site, out, base_url):
    """Builds the site; returns what was wrong with the build as findings."""
    command = [binary, "build", "--site", site, "--out", out, "--base-url", base_url, "--message-format", "json"]
    done = subprocess.run(command, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if '"severity"' in line]
    found = [f"build: {line}" for line in lines]
    if done.returncode != 0:
        found.append(f"build: exit status {done.returncode}: {done.stderr[-2000:]}")
    return found


def start_check(out, base_url, checks, port):
    """Starts the check of one tree in a process of its own."""
    command = [sys.executable, Path(__file__).with_name("check_site.py"), out, "--base-url", base_url,
               "--port", str(port), "--only", ",".join(checks)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--site", type=Path, default=Path("."))
    parser.add_argument("--out", type=Path, default=Path("target/portal"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    faults, checks = [], []
    for name, (address, names) in HOSTINGS.items():
        port = free_port()
        base_url, out = address.format(port=port), args.out / name
        faults += [f"{name}: {fault}" for fault in build(args.binary.resolve(), args.site, out, base_url)]
        checks.append((name, base_url, start_check(out, base_url, names, port)))
    for name, base_url, checking in checks:
        printed, _ = checking.communicate()
        print(f"{name}: base URL {base_url or '(relative links)'}\n{printed}", end="", flush=True)
        if checking.returncode != 0:
            faults.append(f"{name}: the checks above found faults")
    print("\n".join(faults) if faults else "three hostings, no findings")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
