"""Holds Word files to the layout of official documents (GB/T 9704-2012), as LibreOffice lays them out.

    check_docx.py FILE.docx…        exit status 1 and a sentence for each fault
    check_docx.py --keep DIR FILE…  also keeps the PDF files

Measured on the pages of the PDF: paper, text area, 22 lines a page, 28 characters a line, faces and sizes of title,
text and headings, first-line indents, page numbers, place of the date. The standard's faces are licensed and not
here: `docx-fonts.conf` puts a free face in the place of each. What a paragraph is (a heading, the date) is read from
the Word file; where it stands, from the PDF.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
LEFT, RIGHT = 28 * MM, (210 - 26) * MM
TOP, BOTTOM = 37 * MM, (297 - 35) * MM
LINES, CHARACTERS = 22, 28
PITCH = (BOTTOM - TOP) / LINES
CHARACTER = (RIGHT - LEFT) / CHARACTERS
# LibreOffice rounds: places to 0.1 pt, spread lines up to 0.1 pt a character.
SLACK = 3.0

TITLE, BODY, PAGE_NUMBER = 22, 16, 14
# Style in the Word file → the face that stands for the standard's in the PDF.
FACES = {"Title": "UMing", "BodyText": "NotoSerifCJK", "Heading1": "NotoSansCJK", "Heading2": "UKai",
         "Heading3": "NotoSerifCJK", "Heading4": "NotoSerifCJK"}
SIZES = {"Title": TITLE}

# Characters that must not begin or end a line (GB/T 15834-2011, 5.1.10): a line may be shorter by one because of them.
NO_START = set("，。、；：？！）〕】》〉”’…—·％")
NO_END = set("（〔【《〈“‘")

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HERE = Path(__file__).resolve().parent


@dataclass
class Line:
    """One line of a page: its characters from left to right, lengths in points from the paper's upper left corner."""
    chars: list
    middle: float

    @property
    def text(self):
        return "".join(char.get_text() for char in self.chars)

    @property
    def left(self):
        return self.chars[0].x0

    @property
    def right(self):
        return self.chars[-1].x1

    def han(self):
        return [char for char in self.chars if ord(char.get_text()[0]) > 0x2E7F]


@dataclass
class Paragraph:
    style: str
    text: str


def for_libreoffice(file, copy):
    """A copy in which the style for hanging punctuation says the opposite: LibreOffice (7.4) reads it the wrong way round.

    The selftest says when it no longer does."""
    names = {b'<w:overflowPunct w:val="0"/>': b'<w:overflowPunct w:val="1"/>', b'<w:overflowPunct w:val="1"/>': b'<w:overflowPunct w:val="0"/>'}
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/styles.xml":
                content = re.sub(b"|".join(names), lambda found: names[found[0]], content)
            target.writestr(name, content)
    return copy


def convert(files, folder):
    """PDF files of the Word files, in one run of LibreOffice with a profile and a font cache of its own.

    They are numbered: every report has a `report.docx`."""
    files = [for_libreoffice(file, folder / f"{number}-{file.name}") for number, file in enumerate(files, 1)]
    environment = {**os.environ, "FONTCONFIG_FILE": str(HERE / "docx-fonts.conf"), "XDG_CACHE_HOME": str(folder / "cache")}
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
               "--outdir", str(folder), *map(str, files)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    pdfs = [folder / f"{Path(file).stem}.pdf" for file in files]
    for file, pdf in zip(files, pdfs):
        if not pdf.exists():
            sys.exit(f"check_docx: LibreOffice cannot open {file}: {done.stderr.strip() or done.stdout.strip()}")
    return pdfs


def characters(container):
    for item in container:
        if isinstance(item, LTChar):
            yield item
        elif hasattr(item, "__iter__"):
            yield from characters(item)


def lines(page):
    """The page's lines from top to bottom, without spaces at their ends."""
    rows = []
    for char in sorted(characters(page), key=lambda char: (-(char.y0 + char.y1), char.x0)):
        if not char.get_text().strip() or char.get_text() == "\u3000":
            continue
        middle = page.height - (char.y0 + char.y1) / 2
        if not rows or middle - rows[-1].middle > 5:
            rows.append(Line([], middle))
        rows[-1].chars.append(char)
    for row in rows:
        row.chars.sort(key=lambda char: char.x0)
    return rows


def paragraphs(file):
    """The paragraphs of the Word file outside tables, with their styles, line breaks as in the text."""
    with zipfile.ZipFile(file) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))[0]
    for paragraph in body.findall(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        pieces = ("\n" if node.tag == f"{W}br" else node.text or "" for node in paragraph.iter(f"{W}t", f"{W}br"))
        yield Paragraph(style.get(f"{W}val") if style is not None else "", "".join(pieces))


def squeezed(text):
    return "".join(text.split())


class Check:
    def __init__(self, file, pdf):
        self.faults = []
        self.paragraphs = list(paragraphs(file))
        self.pages = list(extract_pages(pdf, laparams=None))
        self.lines = [lines(page) for page in self.pages]
        self.body = [[line for line in page if line.middle < BOTTOM] for page in self.lines]

    def texts(self, style):
        return [paragraph.text for paragraph in self.paragraphs if paragraph.style == style and paragraph.text.strip()]

    def fault(self, page, sentence):
        self.faults.append(f"page {page + 1}: {sentence}")

    def run(self):
        for at, page in enumerate(self.pages):
            self.paper(at, page)
            self.area(at)
            self.page_number(at)
            self.line_count(at)
            self.line_lengths(at)
        self.title()
        for style in FACES:
            self.faces(style)
        self.date()
        return self.faults

    def paper(self, at, page):
        if abs(page.width - WIDTH) > 0.5 or abs(page.height - HEIGHT) > 0.5:
            self.fault(at, f"the paper is {page.width / MM:.0f} × {page.height / MM:.0f} mm, not A4 (210 × 297)")

    def area(self, at):
        """Text stands in the area of 156 × 225 mm and fills its width."""
        rows = self.body[at]
        if not rows:
            return
        first = rows[0].middle - rows[0].chars[0].size / 2
        if first < TOP - SLACK or (self.is_plain(at) and rows[0].middle > TOP + PITCH):
            self.fault(at, f"the text begins {first / MM:.1f} mm under the paper's edge, not 37")
        left, right = min(row.left for row in rows), max(row.right for row in rows)
        if left < LEFT - SLACK or (self.is_plain(at) and len(rows) > 3 and left > LEFT + SLACK):
            self.fault(at, f"the text begins {left / MM:.1f} mm from the left edge, not 28")
        if right > RIGHT + SLACK or (self.is_plain(at) and self.is_filled(at) and right < RIGHT - 2 * SLACK):
            self.fault(at, f"the text ends {(WIDTH - right) / MM:.1f} mm from the right edge, not 26")

    def is_filled(self, at):
        """Whether the page has a line that its paragraph continues, which fills the width (a list may have none)."""
        rows = self.body[at]
        return any(self.goes_on(line, after) for line, after in zip(rows, rows[1:]))

    @staticmethod
    def goes_on(line, after):
        """Whether the paragraph of a line of text goes on in the line under it."""
        near = after.middle - line.middle < 1.5 * PITCH
        return near and after.left < LEFT + SLACK and {round(char.size) for char in (*line.chars, *after.chars)} == {BODY}

    def is_plain(self, at):
        """Whether the page holds nothing but text in the sizes of title and text (no table, no picture, no caption)."""
        page = self.pages[at]
        drawn = any(type(item).__name__ in ("LTImage", "LTFigure") or
                    type(item).__name__ in ("LTRect", "LTLine", "LTCurve") and item.height > PITCH for item in page)
        sizes = {round(char.size) for row in self.body[at] for char in row.chars}
        return not drawn and sizes <= {TITLE, BODY}

    def page_number(self, at):
        feet = [line for line in self.lines[at] if line.middle >= BOTTOM]
        expected = f"—{at + 1}—"
        if len(feet) != 1 or squeezed(feet[0].text) != expected:
            self.fault(at, f"the page number is {[line.text for line in feet]}, not “— {at + 1} —”")
            return
        foot = feet[0]
        if {round(char.size) for char in foot.chars} != {PAGE_NUMBER} or any("UMing" not in char.fontname for char in foot.chars):
            self.fault(at, "the page number is not in 14 pt 宋体")
        inner = foot.left - LEFT if at % 2 else RIGHT - foot.right
        if abs(inner - PAGE_NUMBER) > SLACK:
            side = "left" if at % 2 else "right"
            self.fault(at, f"the page number is {inner:.0f} pt from the {side} edge of the text, not one character of 14 pt")
        if abs(foot.middle - BOTTOM - 7 * MM) > SLACK:
            self.fault(at, f"the page number is {(foot.middle - BOTTOM) / MM:.1f} mm under the text, not 7")

    def line_count(self, at):
        """Lines stand on the grid of 22. A page of text is full, unless what begins the next must not be parted."""
        if not self.is_plain(at) or not self.body[at]:
            return
        places = [(row.middle - TOP) / PITCH + 0.5 for row in self.body[at]]
        if off := [row.text for row, place in zip(self.body[at], places) if abs(place - round(place)) > 0.2]:
            self.fault(at, f"lines stand off the grid of 22 lines: {off[0]!r}")
        last = round(places[-1])
        if last > LINES:
            self.fault(at, f"there are {last} lines, not 22")
        if at + 1 < len(self.pages) and last < LINES and self.continues(at + 1):
            self.fault(at, f"there are {last} lines, not 22, though text follows")

    def continues(self, at):
        """Whether the page begins in the middle of a paragraph of text."""
        rows = self.body[at]
        return bool(rows) and rows[0].left < LEFT + SLACK and round(rows[0].chars[0].size) == BODY and self.is_plain(at)

    def line_lengths(self, at):
        """A line of Chinese characters that its paragraph continues has 28 of them, the first of a paragraph 26."""
        for line, after in zip(self.body[at], self.body[at][1:]):
            if len(line.han()) != len(line.chars) or not self.goes_on(line, after):
                continue
            indent = round((line.left - LEFT) / CHARACTER)
            expected = CHARACTERS - indent
            moved = after.text[1:2] in NO_START or after.text[:1] in NO_END
            if len(line.chars) != expected and not (moved and len(line.chars) == expected - 1):
                self.fault(at, f"a line has {len(line.chars)} characters behind an indent of {indent}, not {expected}: {line.text!r}")
                return

    def title(self):
        for text in self.texts("Title")[:1]:
            first = self.body[0][0] if self.body and self.body[0] else None
            if first is None or not squeezed(text).startswith(squeezed(first.text)):
                self.fault(0, "the text does not begin with the title")
            elif abs((first.left + first.right) / 2 - (LEFT + RIGHT) / 2) > SLACK:
                self.fault(0, "the title is not centred")

    def faces(self, style):
        """Face, size and indent of the paragraphs of one style, by the lines that begin as they do."""
        size = SIZES.get(style, BODY)
        starts = [squeezed(text) for text in self.texts(style)]
        found = 0
        # The issuing body under the text may be how the title begins.
        pages = self.body[:1] if style == "Title" else self.body
        for at, page in enumerate(pages):
            for line in page:
                words = squeezed(line.text)
                indented = style == "Title" or line.left > LEFT + CHARACTER
                if not indented or not any(start.startswith(words) for start in starts) or len(words) < 3:
                    continue
                found += 1
                first = line.han()[0] if line.han() else line.chars[0]
                if abs(first.size - size) > 0.3:
                    self.fault(at, f"{style} is {first.size:.0f} pt, not {size}: {line.text!r}")
                if FACES[style] not in first.fontname:
                    self.fault(at, f"{style} is in {first.fontname}, not in {FACES[style]}: {line.text!r}")
                if style != "Title" and abs(line.left - LEFT - 2 * CHARACTER) > SLACK:
                    self.fault(at, f"{style} is indented by {(line.left - LEFT) / CHARACTER:.1f} characters, not 2: {line.text!r}")
        if starts and not found:
            self.faults.append(f"no line of style {style} stands where its paragraphs begin (first: {starts[0][:20]!r})")

    def date(self):
        """The date ends four characters from the right, or further in when the issuing body is long (7.3.5.1)."""
        for text in self.texts("Date")[:1]:
            place = [(at, line) for at, page in enumerate(self.body) for line in page if squeezed(line.text) == squeezed(text)]
            if not place:
                self.faults.append(f"the date {text!r} is not printed")
            elif (inner := (RIGHT - place[-1][1].right) / CHARACTER) < 3.8:
                self.fault(place[-1][0], f"the date ends {inner:.1f} characters from the right, not 4")


def check(files, keep=None):
    """Faults by file."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        pdfs = convert(files, folder)
        found = {str(file): Check(file, pdf).run() for file, pdf in zip(files, pdfs)}
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            for pdf in pdfs:
                (keep / pdf.name).write_bytes(pdf.read_bytes())
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="folder for the PDF files")
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    found = check(options.files, options.keep)
    for file, faults in found.items():
        for fault in faults:
            print(f"{file}: {fault}")
        if not faults:
            print(f"{file}: as GB/T 9704 has it")
    sys.exit(1 if any(found.values()) else 0)


if __name__ == "__main__":
    main()
