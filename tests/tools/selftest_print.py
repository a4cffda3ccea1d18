"""Proves check_report_print.py: each fault planted in the style sheet of a printed report is found.

    selftest_print.py REPORT/index.html     a page of a tree with relative links, with more than one page of paper
"""

import shutil
import sys
import tempfile
from pathlib import Path

from check_report_print import check, printed

# What is replaced in the style sheet for print as it is published, by what, and a part of the finding that must come.
FAULTS = [
    ("size:A4;", "size:A5;", "is not A4"),
    ("margin:37mm 26mm 35mm 28mm", "margin:25mm 26mm 35mm 28mm", "outside the text area"),
    ("margin:37mm 26mm 35mm 28mm", "margin:37mm 20mm 35mm 28mm", "outside the text area"),
    ("@page report{", "@page other{", "outside the text area"),
    ("report:left", "report:right", "the foot reads"),
    ("@bottom-right{", "@bottom-left{", "on the wrong side"),
    ("font:14pt SimSun", "font:10pt SimSun", "not of 14 pt"),
    ("font:16pt/10.2272mm", "font:16pt/9mm", "pt apart"),
    ("letter-spacing:-.207pt", "letter-spacing:-2pt", "characters in a line, not 28"),
]


def planted(page, folder, fault):
    """The page and its style sheets in another folder, with one fault; it must change the sheet, or it plants nothing."""
    root = page.resolve().parents[2]
    place = folder / page.resolve().relative_to(root)
    place.parent.mkdir(parents=True)
    shutil.copy(page, place)
    shutil.copytree(root / "static", folder / "static")
    [sheet] = (folder / "static").glob("report-print.*.css")
    text = sheet.read_text(encoding="utf-8")
    old, new = fault[:2]
    if old not in text:
        sys.exit(f"selftest_print: {sheet.name} has no {old!r} to replace")
    sheet.write_text(text.replace(old, new, 1), encoding="utf-8")
    return place


def findings(page, profile, fault=None):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        return check(printed(planted(page, folder / "site", fault) if fault else page, folder, profile))[1]


def main():
    page = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as profile:
        failures = [f"the sound page has faults: {found}" for found in [findings(page, profile)] if found]
        for fault in FAULTS:
            found = findings(page, profile, fault)
            if not any(fault[2] in finding for finding in found):
                failures.append(f"{fault[0]!r} → {fault[1]!r} was not found: {found[:4]}")
    print("\n".join(failures) if failures else f"selftest_print: {len(FAULTS)} planted faults found, the sound page passes")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
