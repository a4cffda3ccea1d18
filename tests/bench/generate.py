#!/usr/bin/env python3
"""Writes a fictional town's site of N posts twice: for Xiangyin and for Hugo.

    generate.py N DIR [--seed 1]

`DIR/xiangyin` and `DIR/hugo` receive the same posts, pages, pictures and rosters; only
the front matter and the settings follow each generator's own rules. The same N and seed
give the same bytes on any machine. Python's standard library is all it needs.

Shape of a post: the body has 900 Chinese characters in the median (log-normal, so that a
few are long), the file about 5.5 KB on average; 2 to 4 of 60 tags; one of 12 villages;
a table in a quarter, a picture in two fifths, one link to another post on average.
"""

import argparse
import datetime
import json
import math
import random
import shutil
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import vocabulary as words

LAST_DAY = datetime.date(2022, 12, 31)
MEDIAN_CHARACTERS = 900
SPREAD = 1.0
PICTURES = 12

# Kind, folder, label, share of the posts.
KINDS = [
    ("volunteer", "volunteer", "志愿服务", 34),
    ("role-model", "role-models", "榜样力量", 10),
    ("video", "videos", "短视频", 10),
    ("coverage", "coverage", "媒体报道", 14),
    ("study", "study", "理论学习", 10),
    ("response", "responses", "民声回应", 8),
    ("civility", "civility", "文明创建", 6),
    ("culture", "culture", "群众文化", 8),
]

SUBJECTS = {
    "volunteer": "{village}志愿者{act}", "role-model": "{person}：{feeling}",
    "video": "一分钟看{village}{act}", "coverage": "{outlet}关注{village}：{feeling}",
    "study": "{office}在{venue}开展集中学习", "response": "关于{village}{act}有关建议的答复",
    "civility": "{village}评出新一批文明家庭", "culture": "{village}{venue}的一场演出",
}


@dataclass
class Post:
    """One post before it is written: the fields of its kind and its Markdown body."""

    kind: str
    folder: str
    date: datetime.date
    stem: str
    village: str
    title: str = ""
    tags: list = field(default_factory=list)
    fields: dict = field(default_factory=dict)
    body: str = ""

    @property
    def path(self):
        """Path below `content/`, without the extension."""
        return f"{self.folder}/{self.date.year}/{self.stem}"


def fill(pattern, rng):
    """Fills each slot of a pattern with a word of its own, so that two slots of one name may differ."""
    choices = {
        "village": lambda: rng.choice(words.VILLAGES)[1],
        "person": lambda: person(rng),
        "venue": lambda: rng.choice(words.VENUES),
        "act": lambda: rng.choice(words.ACTS),
        "result": lambda: rng.choice(words.RESULTS),
        "feeling": lambda: rng.choice(words.FEELINGS),
        "weather": lambda: rng.choice(words.WEATHER),
        "office": lambda: rng.choice(words.OFFICES),
        "outlet": lambda: rng.choice(words.OUTLETS),
        "count": lambda: str(rng.randint(8, 60)),
        "few": lambda: str(rng.randint(2, 6)),
        "large": lambda: str(rng.randint(120, 4800)),
        "age": lambda: str(rng.randint(22, 78)),
    }
    parts = pattern.split("{")
    out = [parts[0]]
    for part in parts[1:]:
        slot, rest = part.split("}", 1)
        out += [choices[slot](), rest]
    return "".join(out)


def person(rng):
    return rng.choice(words.SURNAMES) + rng.choice(words.GIVEN)


def plan_posts(count, rng):
    """Decides kind, date and path of every post; bodies come later because they link to one another."""
    years = min(12, max(2, math.ceil(count / 800)))
    days = years * 365
    weights = [share for *_, share in KINDS]
    posts = []
    for number in range(count):
        kind, folder, _, _ = rng.choices(KINDS, weights)[0]
        date = LAST_DAY - datetime.timedelta(days=days - 1 - number * days // count)
        village, name = rng.choice(words.VILLAGES)
        post = Post(kind, folder, date, f"{village}-{number + 1:06d}", village)
        post.title = fill(SUBJECTS[kind].replace("{village}", name), rng)
        post.tags = rng.sample(words.TAGS, rng.randint(2, 4))
        post.fields = kind_fields(post, rng)
        posts.append(post)
    return posts


def kind_fields(post, rng):
    """The fields that the kind's schema asks for, filled in as an editor would."""
    day = post.date.isoformat()
    match post.kind:
        case "volunteer":
            return {"team": rng.choice(words.TEAMS)[0], "theme": rng.choice(words.THEMES), "participants": rng.randint(6, 80),
                    "hours": rng.randint(12, 400) / 2, "beneficiaries": rng.randint(10, 600),
                    "location": rng.choice(words.VENUES)}
        case "role-model":
            return {"person": person(rng), "honor": "身边好人", "honor_level": rng.choice(
                ["provincial", "municipal", "district", "town", "village"]), "awarded": day, "consent": True}
        case "video":
            return {"video": f"https://www.bilibili.com/video/BV1{rng.randrange(10**8, 10**9)}",
                    "duration": f"{rng.randint(0, 4):02d}:{rng.randint(10, 59)}", "series": "乡音一分钟",
                    "views": rng.randint(200, 90000), "likes": rng.randint(10, 4000),
                    "comments": rng.randint(0, 300), "shares": rng.randint(0, 900), "counted_on": day}
        case "coverage":
            return {"outlet": rng.choice(words.OUTLETS), "level": rng.choices(
                ["national", "provincial", "municipal", "district"], [1, 3, 6, 10])[0],
                "url": f"https://news.example/{post.stem}"}
        case "study":
            return {"form": rng.choice(["center-group", "night-school", "party-school-lecture", "leader-lecture",
                                        "public-talk", "party-day"]),
                    "attendees": rng.randint(12, 120), "speaker": person(rng)}
        case "response":
            received = post.date - datetime.timedelta(days=rng.randint(1, 20))
            return {"received": received.isoformat(), "answered": day,
                    "channel": rng.choice(["服务热线", "留言板", "来信", "接待日"])}
        case "civility":
            return {"campaign": rng.choice(["good-neighbour", "civilised-family", "family-style", "family-motto"]),
                    "households": rng.randint(3, 60)}
        case _:
            return {"form": rng.choice(["gala", "opera-tour", "lecture-hall", "festival", "exhibition"]),
                    "troupe": rng.choice(words.TROUPES)[0], "audience": rng.randint(60, 900)}


def write_body(post, posts, rng):
    """Paragraphs under three or so headings until the drawn length is reached, then the extras."""
    target = int(MEDIAN_CHARACTERS * math.exp(rng.gauss(0, SPREAD)))
    target = min(max(target, 200), 9000)
    blocks, written = [], 0
    while written < target:
        text = paragraph(rng)
        if len(blocks) in (2, 6, 10) or (len(blocks) > 10 and len(blocks) % 6 == 0):
            blocks.append(f"## {rng.choice(words.HEADINGS)}")
        blocks.append(text)
        written += len(text)
    extras = [block for chance, make in EXTRAS if rng.random() < chance for block in [make(post, posts, rng)]]
    for block in extras:
        blocks.insert(rng.randint(1, len(blocks)), block)
    return "\n\n".join(blocks) + "\n"


def paragraph(rng):
    sentences = [fill(rng.choice(words.SENTENCES), rng) for _ in range(rng.randint(2, 5))]
    if rng.random() < 0.45:
        sentences.insert(rng.randint(0, len(sentences)), f"大家常说：**{rng.choice(words.STRONG)}**。")
    return "".join(sentences)


def table(_post, _posts, rng):
    rows = rng.sample(words.VILLAGES, rng.randint(4, 9))
    lines = ["| 村 | 参与人数 | 服务时长（小时） | 主要内容 |", "| --- | ---: | ---: | --- |"]
    lines += [f"| {name} | {rng.randint(5, 90)} | {rng.randint(4, 300)} | {rng.choice(words.ACTS)} |" for _, name in rows]
    return "\n".join(lines)


def bullet_list(_post, _posts, rng):
    return "\n".join(f"- {fill(item, rng)}" for item in rng.sample(words.LIST_ITEMS, rng.randint(3, 6)))


def numbered_list(_post, _posts, rng):
    items = rng.sample(words.LIST_ITEMS, rng.randint(3, 5))
    return "\n".join(f"{number}. {fill(item, rng)}" for number, item in enumerate(items, 1))


def picture(_post, _posts, rng):
    return f"![{rng.choice(words.CAPTIONS)}](/images/{picture_name(rng.randrange(PICTURES))})"


def link(post, posts, rng):
    other = rng.choice(posts)
    return f"此前的情况见[{other.title}](/{other.path}.md)，欢迎对照阅读。"


def quotation(_post, _posts, rng):
    return f"> {fill('{feeling}。——{person}', rng)}"


EXTRAS = [(0.25, table), (0.4, picture), (0.55, link), (0.45, link), (0.4, bullet_list), (0.25, numbered_list),
          (0.2, quotation)]


def picture_name(number):
    return f"p{number + 1:02d}." + ("svg" if number % 3 == 2 else "png")


def picture_bytes(number):
    """Hills under a sky in a hue of their own: a PNG of 480 by 300 pixels, or an SVG."""
    hue = (number * 37) % 200
    if picture_name(number).endswith("svg"):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 300" width="480" height="300">'
                f'<rect width="480" height="300" fill="hsl({hue},40%,88%)"/>'
                f'<path d="M0 210 Q120 {120 + hue // 4} 240 200 T480 190 V300 H0Z" fill="hsl({hue},35%,45%)"/></svg>\n').encode()
    width, height = 480, 300
    rows = []
    for y in range(height):
        shade = 225 - y // 3
        row = bytearray(b"\0")
        for x in range(width):
            hill = y > 200 + 30 * math.sin((x + hue) / 60)
            row += bytes((90 + hue // 4, 140, 100) if hill else (shade, min(255, shade + 10), 235))
        rows.append(bytes(row))
    chunk = lambda kind, data: (struct.pack(">I", len(data)) + kind + data +
                                struct.pack(">I", zlib.crc32(kind + data)))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(b"".join(rows), 9)) + chunk(b"IEND", b""))


def text(value):
    """A YAML scalar: JSON's quoting is valid YAML for strings, numbers and lists of them."""
    return json.dumps(value, ensure_ascii=False)


def common_fields(post, rng):
    fields = {"title": post.title, "date": post.date.isoformat(), "tags": post.tags}
    if rng.random() < 0.6:
        fields["summary"] = paragraph(rng).replace("**", "")[:90].rstrip("，、：“") + "……"
    if rng.random() < 0.3:
        fields["cover"] = f"/images/{picture_name(rng.randrange(PICTURES))}"
    fields["source"] = rng.choice(words.OFFICES)
    fields["author"] = person(rng)
    return fields


def front_matter(pairs):
    lines = []
    for key, value in pairs.items():
        bare = key in ("date", "awarded", "received", "answered", "counted_on")
        lines.append(f"{key}: {value if bare else text(value)}")
    return "\n".join(lines)


def xiangyin_post(post, common):
    pairs = {**common, "village": post.village, **post.fields}
    return f"---\n{front_matter(pairs)}\n---\n\n{post.body}"


def hugo_post(post, common):
    """Hugo keeps its own keys at the top; taxonomies are lists; everything else goes under `params`."""
    params = {key: value for key, value in common.items() if key in ("cover", "source", "author")}
    params |= {key: value for key, value in post.fields.items() if key != "team"}
    top = {key: value for key, value in common.items() if key not in params}
    top |= {"villages": [post.village]}
    if "team" in post.fields:
        top["teams"] = [post.fields["team"]]
    nested = "\n".join(f"  {line}" for line in front_matter(params).splitlines())
    return f"---\n{front_matter(top)}\nparams:\n{nested}\n---\n\n{post.body}"


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


ABOUT = "栖禾镇及站内人物、事件、数字均为虚构，本站只用于测量生成网站所需的时间。\n\n## 联系我们\n\n望澜县栖禾镇禾源路 1 号。\n"

SITE = """title: 栖禾乡音
base_url: https://bench.example/
language: zh-CN
timezone: Asia/Shanghai
owner:
  name: 栖禾镇人民政府
  organiser: 栖禾镇党委宣传办公室
  address: 望澜县栖禾镇禾源路 1 号
  icp: 虚构ICP备00000000号
nav:
{nav}
paginate: 20
minify: true
policy: {{review: "off", privacy: warn, links: error, unknown_keys: error, reports: generate}}
"""

ROSTERS = {"villages": words.VILLAGES, "teams": words.TEAMS, "troupes": words.TROUPES}


def write_xiangyin(root):
    nav = "\n".join(f"  - {{label: {label}, url: /{folder}/}}" for _, folder, label, _ in KINDS)
    write(root / "content/site.yaml", SITE.format(nav=nav))
    for roster, rows in ROSTERS.items():
        extra = ", scope: town, since: 2010-01-01" if roster == "teams" else ""
        write(root / f"content/_data/{roster}.yaml",
              "".join(f"- {{id: {key}, name: {name}{extra}}}\n" for key, name in rows))
    write(root / "content/about.md", f"---\ntitle: 关于本站\n---\n\n{ABOUT}")
    for number in range(PICTURES):
        write(root / "content/images" / picture_name(number), picture_bytes(number))


def write_hugo(root, years):
    shutil.copytree(Path(__file__).parent / "hugo", root, dirs_exist_ok=True)
    menu = [{"name": label, "url": f"/{folder}/"} for _, folder, label, _ in KINDS]
    write(root / "data/menu.json", json.dumps(menu, ensure_ascii=False))
    for roster, rows in ROSTERS.items():
        write(root / f"data/{roster}.json", json.dumps(dict(rows), ensure_ascii=False))
    for taxonomy in ("villages", "teams"):
        for key, name in ROSTERS[taxonomy]:
            write(root / f"content/{taxonomy}/{key}/_index.md", f"---\ntitle: {name}\n---\n")
    for _, folder, label, _ in KINDS:
        write(root / f"content/{folder}/_index.md", f"---\ntitle: {label}\n---\n")
    write(root / "content/archive/_index.md", "---\ntitle: 归档\n---\n")
    for year in years:
        write(root / f"content/archive/{year}.md", f"---\ntitle: {year}年\nparams:\n  year: {year}\n---\n")
    write(root / "content/about.md", f"---\ntitle: 关于本站\n---\n\n{ABOUT}")
    for number in range(PICTURES):
        write(root / "static/images" / picture_name(number), picture_bytes(number))


def generate(count, directory, seed=1):
    """Writes both sites below `directory`; returns a summary of what was written."""
    rng = random.Random(seed)
    posts = plan_posts(count, rng)
    size, lengths = 0, []
    write_xiangyin(directory / "xiangyin")
    write_hugo(directory / "hugo", sorted({post.date.year for post in posts}))
    for post in posts:
        post.body = write_body(post, posts, rng)
        common = common_fields(post, rng)
        source = xiangyin_post(post, common)
        write(directory / f"xiangyin/content/{post.path}.md", source)
        write(directory / f"hugo/content/{post.path}.md", hugo_post(post, common))
        size += len(source.encode())
        lengths.append(sum("\u4e00" <= char <= "\u9fff" for char in post.body))
        post.body = ""
    lengths.sort()
    return {"posts": count, "median_characters": lengths[count // 2], "mean_bytes": size // count}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, metavar="N")
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print(json.dumps(generate(args.count, args.directory, args.seed)))


if __name__ == "__main__":
    main()
