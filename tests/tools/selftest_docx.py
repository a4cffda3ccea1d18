"""Proves check_docx.py: each fault planted in a sound Word file is found.

    selftest_docx.py FILE.docx      a file in which every sort of paragraph occurs
"""

import sys
import tempfile
import zipfile
from pathlib import Path

from check_docx import check

# Part of the package, what is replaced, by what, and a part of the finding that must come.
FAULTS = [
    ("document", 'w:w="11906" w:h="16838"', 'w:w="12240" w:h="15840"', "not A4"),
    ("document", 'w:top="2098"', 'w:top="1440"', "not 37"),
    ("document", 'w:left="1587"', 'w:left="1800"', "not 28"),
    ("document", 'w:right="1474"', 'w:right="1700"', "not 26"),
    ("document", 'w:bottom="1984"', 'w:bottom="2400"', "21 lines, not 22"),
    ("document", 'w:footer="1395"', 'w:footer="900"', "not 7"),
    ("styles", 'w:line="579" w:lineRule="exact"', 'w:line="600" w:lineRule="exact"', "off the grid"),
    ("styles", 'w:line="579" w:lineRule="exact"', 'w:line="560" w:lineRule="exact"', "off the grid"),
    ("styles", '<w:spacing w:val="-6"/>', "", "not 28"),
    ("styles", '<w:spacing w:val="-6"/>', '<w:spacing w:val="-20"/>', "not 26"),
    ("styles", '<w:sz w:val="44"/>', '<w:sz w:val="36"/>', "Title is 18 pt, not 22"),
    ("styles", '<w:sz w:val="32"/>', '<w:sz w:val="30"/>', "BodyText is 15 pt, not 16"),
    ("styles", 'w:eastAsia="方正小标宋简体"', 'w:eastAsia="黑体"', "Title is in"),
    ("styles", 'w:eastAsia="黑体"', 'w:eastAsia="宋体"', "Heading1 is in"),
    ("styles", 'w:eastAsia="楷体_GB2312"', 'w:eastAsia="黑体"', "Heading2 is in"),
    ("styles", 'w:eastAsia="仿宋_GB2312"', 'w:eastAsia="宋体"', "BodyText is in"),
    ("styles", 'w:firstLineChars="200" w:firstLine="630"', 'w:firstLine="0"', "behind an indent of 0"),
    ("styles", '<w:jc w:val="center"/>', '<w:jc w:val="left"/>', "the title is not centred"),
    # A comma that hangs out of the text, which the standard's text area does not allow.
    ("styles", '<w:overflowPunct w:val="0"/>', '<w:overflowPunct w:val="1"/>', "from the right edge, not 26"),
    ("settings", "<w:evenAndOddHeaders/>", "", "from the left edge of the text"),
    ("footer1", 'w:right="280"', 'w:right="0"', "from the right edge of the text"),
    ("footer1", "— ", "- ", "not “— 1 —”"),
    ("document", 'w:right="1260"', 'w:right="0"', "from the right, not 4"),
]


def planted(sound, fault, target):
    """A copy of the sound file with one fault; it must change the file, or it plants nothing."""
    part, old, new, _ = fault
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == f"word/{part}.xml":
                if old.encode() not in content:
                    sys.exit(f"selftest_docx: {name} has no {old!r} to replace")
                content = content.replace(old.encode(), new.encode())
            copy.writestr(name, content)


def main():
    sound = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as place:
        files = [Path(place) / f"fault-{number}.docx" for number in range(len(FAULTS))]
        for file, fault in zip(files, FAULTS):
            planted(sound, fault, file)
        found = check([sound, *files])
    failures = [f"the sound file has faults: {found[str(sound)]}"] if found[str(sound)] else []
    for file, (part, old, new, expected) in zip(files, FAULTS):
        if not any(expected in fault for fault in found[str(file)]):
            failures.append(f"{part}: {old!r} → {new!r} was not found: {found[str(file)][:4]}")
    print("\n".join(failures) if failures else f"selftest_docx: {len(FAULTS)} planted faults found, the sound file passes")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
