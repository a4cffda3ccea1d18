"""Checks a report printed by a browser against the layout of official documents (GB/T 9704-2012).

    check_report_print.py [--full] [--keep DIR] FILE…

A FILE is a report's page as a browser prints it (PDF: Chromium's `--print-to-pdf`, or `page.pdf` with
`preferCSSPageSize`), or the page itself (HTML, of a tree with relative links), which Chromium prints first.
Checked: A4; nothing outside the text area but page numbers; lines of the text 1/22 of its height apart and at most 28
characters long; the page number, on odd pages right, on even pages left. With --full, for a report that has more than
a page of plain text, also that a page does have 22 lines, and a line 28 characters. It needs pdfplumber and knows
nothing of the theme.
"""

import argparse
import logging
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import pdfplumber

# Chromium writes fonts without a box, which pdfminer says once a character.
logging.getLogger("pdfminer").setLevel(logging.ERROR)

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
TOP, LEFT, BOTTOM, RIGHT = 37 * MM, 28 * MM, 35 * MM, 26 * MM
BODY = 16
PITCH = 225 * MM / 22
# A glyph may stand out of its box by so much, in points.
LOOSE = 2.5


def lines_of(chars):
    """Characters by line, top to bottom: [(middle of the line, [characters])]."""
    lines = []
    for char in sorted(chars, key=lambda c: (c["top"] + c["bottom"]) / 2):
        middle = (char["top"] + char["bottom"]) / 2
        if lines and middle - lines[-1][0] < PITCH / 3:
            lines[-1][1].append(char)
        else:
            lines.append((middle, [char]))
    return lines


def is_body(line):
    return statistics.median(c["size"] for c in line) > BODY - 0.5 and max(c["size"] for c in line) < BODY + 0.5


def wide(text):
    """The length in full-width characters; a Latin letter or digit is about half of one."""
    return sum(0.5 if ord(c) < 0x2000 else 1 for c in text)


def check_number(number, chars, found):
    """The page number below the text area."""
    text = "".join(c["text"] for c in sorted(chars, key=lambda c: c["x0"])).replace(" ", "")
    if text != f"—{number}—":
        return found.append(f"page {number}: the foot reads “{text}”")
    middle = statistics.mean(c["x0"] for c in chars)
    if (middle > WIDTH / 2) != (number % 2 == 1):
        found.append(f"page {number}: the number stands on the wrong side")
    if any(abs(c["size"] - 14) > 0.5 for c in chars):
        found.append(f"page {number}: the number is not of 14 pt")
    return None


def check_page(page, number, found):
    """One page; returns the number of body lines in a row at the pitch, and the longest line."""
    if abs(page.width - WIDTH) > 1 or abs(page.height - HEIGHT) > 1:
        found.append(f"page {number}: {page.width:.0f} by {page.height:.0f} pt is not A4")
    chars = [c for c in page.chars if c["text"].strip()]
    foot = [c for c in chars if c["top"] > HEIGHT - BOTTOM]
    check_number(number, foot, found)
    text = [c for c in chars if c["top"] <= HEIGHT - BOTTOM]
    out = [c for c in text if c["x0"] < LEFT - LOOSE or c["x1"] > WIDTH - RIGHT + LOOSE or c["bottom"] < TOP]
    if out:
        found.append(f"page {number}: {len(out)} characters outside the text area, first “{out[0]['text']}”")
    lines = [(y, line) for y, line in lines_of(text) if is_body(line)]
    steps = [b - a for (a, _), (b, _) in zip(lines, lines[1:])]
    for step in steps:
        if step < PITCH - 0.5:
            found.append(f"page {number}: lines {step:.2f} pt apart, not {PITCH:.2f}")
    run = best = 1
    for step in steps:
        run = run + 1 if abs(step - PITCH) < 0.5 else 1
        best = max(best, run)
    longest = max((wide("".join(c["text"] for c in line)) for _, line in lines), default=0)
    return best if lines else 0, longest


def check(path, full=False):
    """What was measured, as a sentence, and the findings."""
    found = []
    with pdfplumber.open(path) as pdf:
        measured = [check_page(page, n, found) for n, page in enumerate(pdf.pages, 1)]
    rows, longest = max(m[0] for m in measured), max(m[1] for m in measured)
    if rows > 22 or (full and rows < 22):
        found.append(f"{rows} lines on a page, not 22")
    if longest > 28.5 or (full and longest < 28):
        found.append(f"{longest:g} characters in a line, not 28")
    return f"{len(measured)} pages; most lines on a page {rows}, most characters in a line {longest:g}", found


def printed(page, folder, profile):
    """The page as Chromium prints it, called like the folder of the page. A profile that is there already saves time."""
    pdf = folder / f"{page.parent.name}.pdf"
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-pdf-header-footer",
               f"--user-data-dir={profile}", f"--print-to-pdf={pdf}", page.resolve().as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    if not pdf.exists():
        sys.exit(f"check_report_print: Chromium prints no {page}: {done.stderr[-1000:]}")
    return pdf


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="pages and lines must be full")
    parser.add_argument("--keep", type=Path, help="folder for the PDF files")
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as place:
        profile = Path(place) / "profile"
        folder = options.keep or Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        for file in options.files:
            pdf = file if file.suffix == ".pdf" else printed(file, folder, profile)
            measured, found = check(pdf, options.full)
            print(f"{file}: {measured}", *found, sep="\n  ")
            failed |= bool(found)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
