"""Builds a site of photographs, recordings and films as phones and cameras write them, and has exiftool judge what is
published: no place, no camera, no name may be left.

    check_media.py --binary target/debug/xiangyin [--keep DIR]      exit status 1 and a sentence for each fault

The files are made here: pictures by Pillow, films from boxes, and the details in both by exiftool, where it can. Before
the build exiftool must find something in each file: a judge that finds nothing shows nothing.
"""

import argparse
import base64
import io
import json
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

# Groups of exiftool that hold what cameras, phones and programs add.
FORBIDDEN_GROUPS = re.compile(
    r"^(IFD\d|ExifIFD|GPS|InteropIFD|SubIFD|XMP|IPTC|Photoshop|MakerNotes|MPF|MPImage|Trailer|MotionPhoto|Samsung|Canon"
    r"|Apple|GoPro|Keys|ItemList|UserData|Microsoft|QuickTime-XMP|Composite-GPS)")
FORBIDDEN_TAGS = re.compile(
    r"GPS|Location|^Make$|Model|Serial|Software|Artist|Author|Owner|Comment|CreatorTool|HostComputer|LensInfo|Trailer"
    r"|EmbeddedVideo|MotionPhoto|ThumbnailImage|Creator$")
# Texts that are meant to be read: a film's title.
ALLOWED = {("Keys", "Title"), ("ItemList", "Title"), ("UserData", "Title")}

# The label of generated content (GB 45438-2025), which nobody may remove.
LABEL = {"AIGC", "Aigc"}
GENERATED = ('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
             '<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
             ' TC260:AIGC="{&quot;Label&quot;:&quot;1&quot;,&quot;ProduceID&quot;:&quot;A-1&quot;}" dc:rights="许知远"/></rdf:RDF></x:xmpmeta>')

PLACE = ["-GPSLatitude=31.2304", "-GPSLatitudeRef=N", "-GPSLongitude=121.4737", "-GPSLongitudeRef=E", "-GPSAltitude=5"]
PHONE = [*PLACE, "-Make=PHONEMARK", "-Model=PHONEMARK 77", "-Software=17.5.1", "-DateTimeOriginal=2022:05:12 09:30:00",
         "-SerialNumber=SN-4711", "-LensModel=back camera"]


def exiftool(*arguments):
    run = subprocess.run(["exiftool", "-q", "-q", *arguments], capture_output=True, text=True, check=False)
    return run.stdout


def has_label(path):
    """Whether exiftool finds the label of generated content, with its number."""
    return "A-1" in exiftool("-a", "-u", "-G1", "-XMP:all", str(path))


def details(path):
    """What exiftool finds in a file that must not be published: a list of `group:tag=value`."""
    found = exiftool("-j", "-G1", "-a", "-u", "-U", "-ee3", "-api", "LargeFileSupport=1", str(path))
    tags = json.loads(found)[0] if found.strip() else {}
    bad = []
    for name, value in tags.items():
        group, _, tag = name.rpartition(":")
        if group in ("", "ExifTool", "System", "File") and tag != "Comment":
            continue
        # An emptied box is called so; the label of generated content must stay.
        if (group, tag) in ALLOWED or (tag == "Unknown_free" and value == "") or (group.startswith("XMP") and tag in LABEL):
            continue
        if FORBIDDEN_GROUPS.match(group) or FORBIDDEN_TAGS.search(tag):
            bad.append(f"{name}={str(value)[:60]}")
    return bad


def picture(kind, **options):
    buffer = io.BytesIO()
    image = Image.effect_mandelbrot((1200, 800), (-2, -1.5, 1, 1.5), 30).convert("RGB")
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def box(kind, *content):
    data = b"".join(content)
    return struct.pack(">I", len(data) + 8) + kind + data


def film(brand, entry=b"avc1", more=b""):
    """A film without pictures that exiftool can write to; `entry` is the format of its track."""
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    header = box(b"mvhd", struct.pack(">IIIIIIH10x", 0, 0, 0, 1000, 1000, 0x10000, 0x100), matrix, bytes(24), struct.pack(">I", 2))
    track_header = box(b"tkhd", struct.pack(">IIIIII8xHHH2x", 3, 0, 0, 1, 0, 1000, 0, 0, 0), matrix, struct.pack(">II", 0, 0))
    media_header = box(b"mdhd", struct.pack(">IIIIIHH", 0, 0, 0, 1000, 1000, 0x55C4, 0))
    handler = box(b"hdlr", struct.pack(">II4s12x", 0, 0, b"meta" if entry == b"gpmd" else b"vide"), b"\0")
    tables = [box(name, bytes(8)) for name in (b"stts", b"stsc", b"stco")] + [box(b"stsz", bytes(12))]
    description = box(b"stsd", struct.pack(">II", 0, 1), box(entry, bytes(6), struct.pack(">H", 1), bytes(70)))
    samples = box(b"stbl", description, *tables)
    information = box(b"minf", box(b"vmhd", bytes(12)), box(b"dinf", box(b"dref", struct.pack(">II", 0, 1), box(b"url ", b"\0\0\0\1"))), samples)
    track = box(b"trak", track_header, box(b"mdia", media_header, handler, information))
    return box(b"ftyp", brand, struct.pack(">I", 512), brand) + box(b"moov", header, track, more) + box(b"mdat", bytes(64))


def write(path, data, *arguments):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if arguments:
        exiftool("-overwrite_original", *arguments, str(path))
    return path


def write_files(folder):
    """Writes all files, and returns those that are published."""
    jpeg, videos = picture("JPEG", quality=85), folder / "videos"
    phone = write(folder / "img/phone.jpg", jpeg, *PHONE, "-XMP:Creator=许知远", "-IPTC:By-line=许知远", "-Comment=31.2304N")
    shot = phone.read_bytes()
    files = [phone]
    files += [write(folder / "img" / name, shot) for name in ("photo", "photo.mpo", "photo.pjpeg", "photo.jpg_large", "p.jpg.txt")]
    files.append(write(folder / "img/turned.jpg", shot, "-n", "-Orientation=6"))
    second = io.BytesIO()
    frames = [Image.open(io.BytesIO(jpeg)), Image.open(io.BytesIO(jpeg))]
    frames[0].save(second, "MPO", save_all=True, append_images=frames[1:])
    files.append(write(folder / "img/two.jpg", second.getvalue(), *PHONE))
    files.append(write(folder / "img/motion.jpg", shot + film(b"mp42", more=box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+31.2304+121.4737/")))))
    files.append(write(folder / "img/screen.png", picture("PNG"), *PLACE, "-XMP:CreatorTool=phone", "-PNG:Author=许知远"))
    files.append(write(folder / "img/shared.webp", picture("WEBP", quality=80), *PHONE, "-XMP:Creator=许知远"))
    files.append(write(folder / "img/old.gif", picture("GIF"), "-XMP:Creator=许知远", "-Comment=31.2304N"))
    packet = b"http://ns.adobe.com/xap/1.0/\0" + GENERATED.encode()
    files.append(write(folder / "img/generated.jpg", jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(packet) + 2) + packet + jpeg[2:]))
    place = ["-api", "QuickTimeUTC", "-Title=清河行动"]
    for name, brand in (("a.mp4", b"isom"), ("b.mov", b"qt  "), ("c.3gp", b"3gp5"), ("d.m4a", b"M4A "), ("e.bin", b"mp42")):
        for group in ("Keys", "ItemList", "UserData"):
            place.append(f"-{group}:GPSCoordinates=31.2304, 121.4737, 5")
        place += ["-Keys:Make=PHONEMARK", "-Keys:Model=PHONEMARK 77", "-UserData:Model=PHONEMARK", "-XMP:GPSLatitude=31.2304"]
        loci = box(b"udta", box(b"loci", bytes(4), struct.pack(">H", 0), b"\0\0", struct.pack(">iii", 121 << 16, 31 << 16, 0), b"\0\0"))
        files.append(write(videos / name, film(brand, more=loci if name == "c.3gp" else b""), *place))
    return files, shot


def data_pictures(tree, folder):
    """Writes the pictures in `data:` addresses of pages and feeds, to be judged like files."""
    found = []
    for page in sorted(tree.rglob("*")):
        if page.suffix not in (".html", ".xml"):
            continue
        for number, match in enumerate(re.finditer(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", page.read_text("utf-8"))):
            path = folder / f"{len(found)}-{number}.jpg"
            path.write_bytes(base64.b64decode(match[1]))
            found.append((path, page.relative_to(tree)))
    return found


def published_path(path):
    """The path at which a file is published: a dot inside its name becomes a hyphen."""
    return path.with_name(path.stem.replace(".", "-") + path.suffix)


def build(binary, site, expected):
    run = subprocess.run([binary, "build", "--site", site, "--lang", "en"], capture_output=True, text=True, check=False)
    if run.returncode != expected:
        sys.exit(f"build: exit status {run.returncode}, not {expected}\n{run.stdout}{run.stderr}")
    return run.stdout + run.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = options.keep or Path(temporary)
        content = root / "site" / "content"
        write(content / "site.yaml", "title: 乡音\nbase_url: https://x.example/\nassets: {publish: [\"refused/**\"]}\n".encode())
        files, shot = write_files(content)
        faults = [f"{path.name}: exiftool finds nothing in it before the build" for path in files if not details(path)]
        links = "\n\n".join(f"[{path.name}](/{path.relative_to(content).as_posix()})" for path in files)
        data = f"![现场](data:image/jpeg;base64,{base64.b64encode(shot).decode()})"
        data += "\n\n![效果图](/img/generated.jpg)"
        front = "title: 清河行动\ndate: 2022-06-01\nai: {picture: generated}"
        text = f"---\n{front}\n---\n志愿者清理了河道。\n\n{data}\n\n{links}\n"
        write(content / "volunteer" / "a.md", text.encode())
        build(options.binary, root / "site", 0)
        tree = root / "site" / "public"
        judged = 0
        for path in sorted(tree.rglob("*")):
            if path.is_file() and path.suffix not in (".html", ".xml", ".css", ".js", ".txt.gz"):
                judged += 1
                faults += [f"{path.relative_to(tree)}: {tag}" for tag in details(path)]
        embedded = root / "embedded"
        embedded.mkdir(exist_ok=True)
        pictures = data_pictures(tree, embedded)
        if not pictures:
            faults.append("no page shows the picture of the `data:` address")
        faults += [f"{page}: {tag}" for path, page in pictures for tag in details(path)]
        missing = [path for path in files if not (tree / published_path(path.relative_to(content))).is_file()]
        faults += [f"{path.name}: not published" for path in missing]
        labelled = [path for path in tree.rglob("*") if path.is_file() and path.name.startswith("generated.")]
        faults += [f"{path.name}: the label of generated content is lost" for path in labelled if not has_label(path)]
        if len(labelled) < 2:
            faults.append("the generated picture was not resized")
        for original in files:
            if original.parent.name == "videos":
                copy = tree / original.relative_to(content)
                if copy.is_file() and copy.stat().st_size != original.stat().st_size:
                    faults.append(f"{original.name}: its length changed")
        refused = {"IMG_1.HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "IMG_2": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
                   "a.dng": b"II*\0\x08\0\0\0", "text.jpg": b"no picture", "action.mp4": film(b"mp41", b"gpmd")}
        for name, bytes_ in refused.items():
            path = write(content / "refused" / name, bytes_)
            if name not in build(options.binary, root / "site", 1):
                faults.append(f"{name}: the build fails without naming it")
            path.unlink()
        print("\n".join(faults) if faults else f"{len(files)} files, {judged} published ones and {len(pictures)} in texts: nothing left")
        return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
