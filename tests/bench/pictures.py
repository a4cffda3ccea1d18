#!/usr/bin/env python3
"""Builds a site of many photographs and prints how long that takes, with and without what was kept.

    pictures.py [--photos 200] [--pixels 12] [--site DIR] [--binary target/dist/xiangyin] [--rounds 3] [--disk]

Writes a site with one post for each photograph, which is its cover and stands in its text, or copies `--site` (the
sample portal: the folder of this project). Then builds it, on a tmpfs unless `--disk` is given:

- from nothing: no output, nothing kept;
- kept: no output, but the pictures that an earlier build made (`.xiangyin-cache`);
- forced: the same with the old output in place (`--force`);
- one more: an output, and one photograph that was added;
- nothing: no change at all.

Gives medians of wall and processor time, the highest peak memory, files and megabytes. The photographs are drawn with
Pillow, with noise as a camera makes it, and lie on their side every third time. Measure on a quiet machine.
"""

import argparse
import io
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TMPFS = Path("/dev/shm")
SETTINGS = "title: 乡音\nbase_url: https://qihe.example/\npolicy: {review: off}\n"
KEPT = ".xiangyin-cache"


def photograph(number, megapixels):
    """A JPEG of so many million pixels, four to three, with a place in its Exif."""
    from PIL import Image, ImageDraw, ImageFilter

    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    height = width * 3 // 4
    chance = random.Random(number)
    small = Image.new("RGB", (width // 8, height // 8), (chance.randrange(90, 200),) * 3)
    draw = ImageDraw.Draw(small)
    for _ in range(120):
        x, y = chance.randrange(small.width), chance.randrange(small.height)
        size = chance.randrange(8, small.width // 4)
        draw.ellipse((x, y, x + size, y + size), fill=tuple(chance.randrange(256) for _ in range(3)))
    picture = small.filter(ImageFilter.GaussianBlur(2)).resize((width, height), Image.BICUBIC)
    noise = Image.effect_noise((width, height), 18).convert("RGB")
    picture = Image.blend(picture, noise, 0.08)
    exif = Image.Exif()
    exif[0x0112] = 6 if number % 3 == 0 else 1
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def write_post(site, number, photo):
    folder = site / "content/volunteer" / str(2020 + number % 3)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"p{number}.jpg").write_bytes(photo)
    text = f"---\ntitle: 清河行动第{number}次\ndate: 2022-{number % 12 + 1:02}-01\ncover: p{number}.jpg\n---\n"
    (folder / f"p{number}.md").write_text(f"{text}清理河道。\n\n![岸边](p{number}.jpg)\n", encoding="utf-8")


def write_site(site, arguments):
    if arguments.site:
        for name in ("content", "themes"):
            if (arguments.site / name).is_dir():
                shutil.copytree(arguments.site / name, site / name)
        return
    (site / "content").mkdir(parents=True)
    (site / "content/site.yaml").write_text(SETTINGS, encoding="utf-8")
    # Drawing takes longer than building: ten different ones, each a little longer than the one before it.
    drawn = [photograph(number, arguments.pixels) for number in range(min(10, arguments.photos))]
    for number in range(arguments.photos):
        # What follows the end of a JPEG is no picture, but another file to a hash.
        write_post(site, number, drawn[number % len(drawn)] + number.to_bytes(4, "little"))


def build(binary, site, *more):
    """Seconds on the wall, seconds of processor time, peak memory in MiB."""
    out = site / "public"
    process = subprocess.Popen(
        [binary, "build", "--site", site, "--out", out, *more], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    start = time.perf_counter()
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(said.decode(errors="replace"))
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def prepare(case, site):
    if case in ("from nothing", "kept"):
        shutil.rmtree(site / "public", ignore_errors=True)
    if case == "from nothing":
        shutil.rmtree(site / KEPT, ignore_errors=True)


def measure(arguments, site):
    runs = {case: [] for case in ("from nothing", "kept", "forced", "one more", "nothing")}
    for round_number in range(arguments.rounds):
        for case, taken in runs.items():
            prepare(case, site)
            if case == "one more":
                number = arguments.photos + round_number + 1
                write_post(site, number, photograph(number, arguments.pixels))
            taken.append(build(arguments.binary, site, *(["--force"] if case == "forced" else [])))
    return runs


def size_of(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.0f} MB"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--pixels", type=float, default=12, help="millions of pixels of each")
    parser.add_argument("--site", type=Path, help="a site to copy in place of a written one")
    parser.add_argument("--binary", type=Path, default=ROOT / "target/dist/xiangyin")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--disk", action="store_true", help="on the disk and not in memory")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"warning: the machine is not quiet (load {load:.1f})", file=sys.stderr)
    memory = TMPFS if TMPFS.is_dir() and not arguments.disk else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        site = Path(folder) / "site"
        site.mkdir()
        write_site(site, arguments)
        runs = measure(arguments, site)
        print(f"sources: {size_of(site / 'content')}; output: {size_of(site / 'public')}")
        if (site / KEPT).is_dir():
            print(f"kept: {size_of(site / KEPT)}")
        print(f"{'':14}{'wall s':>9}{'cpu s':>9}{'MiB':>8}")
        for case, taken in runs.items():
            wall, cpu = (statistics.median(run[at] for run in taken) for at in (0, 1))
            print(f"{case:14}{wall:9.2f}{cpu:9.2f}{max(run[2] for run in taken):8.0f}")


if __name__ == "__main__":
    main()
