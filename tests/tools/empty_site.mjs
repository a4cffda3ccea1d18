// Writes sites that lack things: what pages look like where an editor has only begun, or goes to extremes.
//
// All that is in them is fictional.

import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";

const LONG_TITLE = "关于栖禾镇新时代文明实践志愿服务队联合十二个行政村在汛期结束之后开展河道清理、堤岸加固、独居老人走访、防范电信诈骗宣传和“我们的节日”系列活动情况的综合通报（虚构示例）";
const LONG_NAME = "栖禾镇望澜县禾源柳塘枫岭石桥南浦白云坳官堤小河东湾竹溪莲湖桃园十二姓同心联合新村".padEnd(40, "村").slice(0, 40);
const LONG_WORD = "https://elsewhere.example/".padEnd(120, "averylongaddresswithoutaspace");
const TAGS = 300;

function write(site, name, content) {
  const file = path.join(site, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

const SETTINGS = [
  "title: 栖禾乡音", "base_url: https://qihe.example/", "language: zh-CN", "theme: default", "owner: {name: 栖禾镇人民政府（虚构）}",
  'policy: {review: "off", privacy: warn, links: error, unknown_keys: error, reports: generate}', "",
].join("\n");

function post(site, name, front, text = "") {
  const lines = Object.entries(front).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  write(site, `content/${name}.md`, ["---", ...lines, "---", "", text, ""].join("\n"));
}

// A picture of one colour: eight bits a pixel, RGB (PNG specification, third edition).
function png(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]), size = Buffer.alloc(4), sum = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    sum.writeUInt32BE(zlib.crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, 0x8f)]);
  const rows = zlib.deflateSync(Buffer.concat(Array(height).fill(row)));
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", head), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

// A site with nothing in it but its settings.
export function bareSite(site) {
  write(site, "content/site.yaml", SETTINGS);
  return site;
}

// A site with few posts: no post of most kinds, no picture, no summary, a very long title, a village whose name has 40
// characters, 300 tags, pictures of odd proportions.
export function emptySite(site) {
  bareSite(site);
  write(site, "content/_data/villages.yaml", `- {id: long, name: ${LONG_NAME}}\n- {id: quiet, name: 静村}\n`);
  post(site, "role-models/only-a-title", { title: "只有标题", date: "2022-03-01", person: "虚构人", honor: "虚构之星", honor_level: "town" });
  const tags = Array.from({ length: TAGS }, (_, at) => `标签${at + 1}`);
  const activity = { theme: "environment", village: "long", participants: 12, hours: 30 };
  post(site, "volunteer/long", { title: LONG_TITLE, date: "2022-03-02", ...activity, tags }, `虚构。${LONG_WORD}\n\n| 甲 | 乙 | 丙 | 丁 | 戊 | 己 |\n|---|---|---|---|---|---|\n| ${"很长的一格".repeat(5)} | ${LONG_WORD} | 三 | 四 | 五 | 六 |`);
  post(site, "videos/no-poster", { title: "没有封面的视频", date: "2022-03-03", video: "https://www.bilibili.com/video/BV1Qh0000001" });
  for (const [name, width, height] of [["narrow", 120, 1600], ["wide", 1600, 90]]) {
    write(site, `content/culture/${name}.png`, png(width, height));
    post(site, `culture/${name}`, { title: `图片${name}`, date: "2022-03-04", cover: `${name}.png` }, `虚构。\n\n![一幅虚构的图](${name}.png)`);
  }
  return site;
}
