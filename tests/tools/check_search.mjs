// Looks things up in built sites as a reader does: by the search page's own script, and in a real browser.
//
//     check_search.mjs [--binary target/debug/xiangyin] [--posts 1000] [--shots FOLDER]
//
// First the lookup by itself, with every file read from the disk: words cut out of texts at random must find exactly
// the documents that have them, as a plain look through all texts does. Then the page in Chromium: from a server, from
// a server below a path, and from the disk. Last a generated site of so many posts, for what a first query transfers.
// `--shots` also writes pictures of the page.
//
// playwright-core is installed by install.sh, Chromium by its part `browser`. Exit status 1 when a check failed.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import vm from "node:vm";
import { attend, BINARY, build, launch, ROOT, serve } from "./browser.mjs";

const { values: options } = parseArgs({
  options: {
    binary: { type: "string", default: BINARY },
    posts: { type: "string", default: "1000" },
    shots: { type: "string", default: "" },
  },
});
const WORK = path.join(ROOT, "target/search");
// What a first query may transfer, the page with its style and scripts included.
const MOST_BYTES = 300 * 1024;
const QUERIES = 600;

let failures = 0;
function hold(condition, sentence) {
  console.log(`${condition ? "ok    " : "FAILED"} ${sentence}`);
  if (!condition) failures += 1;
}

// The lookup by itself.

const lookup = vm.runInNewContext(
  `${fs.readFileSync(path.join(ROOT, "themes/default/static/search.js"), "utf8")}; XiangyinSearch`);

// The payloads of a built site's search files.
function loader(out) {
  const cache = new Map();
  return async (part) => {
    if (!cache.has(part)) {
      const script = fs.readFileSync(path.join(out, "search", `${part}.js`), "utf8");
      vm.runInNewContext(script, { xiangyinSearch: (name, payload) => cache.set(name, payload) });
    }
    return cache.get(part);
  };
}

// Every document as its folded title and text.
async function everything(load) {
  const overview = await load("overview"), documents = [];
  for (let at = 0; documents.length < overview.documents; at++) documents.push(...await load(`texts/${at}`));
  return documents.map(([, title, , text]) => [title, text].map((part) => lookup.fold(part).chars.join("")));
}

// Numbers that look random and are the same every time (mulberry32, Tommy Ettinger, public domain).
function dice(seed) {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

// A query of one to three words cut out of texts; sometimes altered, so that it is found nowhere or elsewhere.
function query(documents, roll) {
  const words = Array.from({ length: 1 + (roll(4) === 0) + (roll(8) === 0) }, () => {
    const text = [...documents[roll(documents.length)][roll(3) ? 1 : 0].replace(/\s/g, "")];
    const start = roll(Math.max(1, text.length)), word = text.slice(start, start + 1 + roll(roll(5) ? 4 : 12));
    return (roll(10) ? word : word.reverse()).join("");
  });
  const asked = words.join(" ");
  return roll(3) ? asked : asked.toUpperCase().replace(/[!-~]/g, (c) => String.fromCodePoint(c.codePointAt(0) + 0xfee0));
}

async function agrees(out) {
  const load = loader(out), index = lookup.open(load), documents = await everything(load), roll = dice(5);
  const wrong = [];
  let exact = 0;
  for (let n = 0; n < QUERIES; n++) {
    const asked = query(documents, roll), words = lookup.terms(asked).map((word) => word.join(""));
    const has = (document) => words.every((word) => document.some((part) => part.includes(word)));
    const expected = words.length ? documents.flatMap((document, at) => (has(document) ? [at] : [])) : [];
    const found = await index.find(asked);
    const read = await Promise.all(found.documents.map((at) => index.read(at, found.words)));
    const actual = found.documents.filter((_, at) => read[at]).sort((a, b) => a - b);
    if (actual.join() !== expected.join() || (found.exact && actual.length !== found.documents.length)) wrong.push(asked);
    const marks = read.filter(Boolean).every((one) => [...one.title, ...one.passage].some(([, isMatch]) => isMatch));
    if (!marks) wrong.push(`${asked} (nothing is marked)`);
    exact += found.exact;
  }
  hold(wrong.length === 0, `${QUERIES} random queries find what a look through ${documents.length} texts finds (${exact} of them without reading texts) ${wrong.slice(0, 5).join(" | ")}`);
}

// In a browser.

async function open(browser, url, settings = {}) {
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  page.complaints = [];
  attend(page, (complaint) => page.complaints.push(complaint));
  await page.goto(url);
  return page;
}

const links = (page) => page.locator(".search-results a");
const status = (page) => page.locator(".search-status").textContent();
// A page that led here may still stand there for a while: it has no results.
async function settled(page) {
  await page.waitForFunction(() => document.querySelector(".search-status")?.textContent
    && !document.querySelector("[aria-busy]"), null, { timeout: 20000 });
}

async function reads(browser, name, home) {
  const page = await open(browser, home);
  await page.locator("header input[name=q]").fill("志愿");
  await page.locator("header input[name=q]").press("Enter");
  await settled(page);
  hold(await links(page).count() === 8 && /\d/.test(await status(page)), `${name}: the masthead's field leads to results`);
  const first = await links(page).first().evaluate((link) => [link.href, link.querySelector("mark")?.textContent]);
  hold(first[1] === "志愿", `${name}: what stands in a title comes first, marked`);
  hold(await page.locator(".search-passage mark").count() > 0, `${name}: passages have marks`);

  await page.locator(".search-more").click();
  await page.waitForFunction(() => document.querySelectorAll(".search-results li").length > 8);
  hold(await page.evaluate(() => document.activeElement === document.querySelectorAll(".search-results a")[8]),
    `${name}: further results are added, the first of them has the focus`);

  await page.locator("select[name=year]").selectOption("2021");
  await page.waitForFunction(() => [...document.querySelectorAll(".search-results time")].every((time) => time.textContent.startsWith("2021")));
  hold(await links(page).count() > 0 && page.url().includes("year=2021"), `${name}: only one year's, and the address says so`);
  const before = [await status(page), await links(page).count()];
  await page.reload();
  await settled(page);
  hold([await status(page), await links(page).count()].join() === before.join()
    && await page.locator("select[name=year]").inputValue() === "2021", `${name}: a query is restored from its address`);

  await page.locator("select[name=year]").selectOption("");
  await page.locator("h1").click();
  await page.keyboard.press("/");
  await page.keyboard.type("理论学习 2022");
  await page.waitForFunction(() => decodeURIComponent(location.search).includes("理论学习+2022"));
  await settled(page);
  await page.waitForFunction(() => document.querySelectorAll(".search-results mark").length > 0);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const second = await page.evaluate(() => [...document.querySelectorAll(".search-results a")].indexOf(document.activeElement));
  await page.keyboard.press("Escape");
  const isBack = await page.evaluate(() => document.activeElement.name === "q");
  hold(second === 1 && isBack, `${name}: "/", arrows and Escape`);

  await page.locator("input[name=q]").fill("䶮不存在");
  await page.waitForFunction(() => document.querySelector(".search-status").textContent.includes("没有找到"));
  hold(await links(page).count() === 0, `${name}: nothing found is said`);
  await page.locator("input[name=q]").fill("");
  await page.waitForFunction(() => !document.querySelector(".search-status").textContent);
  hold(!decodeURIComponent(page.url()).includes("q="), `${name}: an empty field empties the page`);

  await page.goto(first[0]);
  hold(await page.locator("article, main h1").count() > 0, `${name}: a result leads to its page`);
  hold(page.complaints.length === 0, `${name}: no complaint of the browser ${page.complaints.slice(0, 3).join(" | ")}`);
  await page.context().close();
}

async function light(browser, server, queries) {
  for (const asked of queries) {
    server.sent = 0;
    const page = await open(browser, `${server.home}search/?q=${encodeURIComponent(asked)}`);
    await settled(page);
    hold(server.sent <= MOST_BYTES, `“${asked}” transfers ${Math.round(server.sent / 1024)} KB with the page: ${await status(page)}`);
    await page.context().close();
  }
}

async function without(browser, server) {
  const page = await open(browser, `${server.home}search/?q=a`, { javaScriptEnabled: false });
  const text = await page.locator("noscript").innerText();
  hold(text.includes("归档") && text.includes("标签"), "without scripts the page names other ways");
  await page.context().close();
}

async function broken(browser, server) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route("**/search/texts/*", (route) => route.abort());
  await page.goto(`${server.home}search/?q=${encodeURIComponent("志愿")}`);
  await page.waitForFunction(() => document.querySelector(".search-status").textContent.includes("没有载入"));
  await page.unroute("**/search/texts/*");
  await page.locator(".search-line button").click();
  await page.waitForFunction(() => document.querySelectorAll(".search-results li").length > 0);
  hold(true, "what could not be loaded is said, and loaded at the next try");
  await context.close();
}

async function pictures(browser, server) {
  fs.mkdirSync(options.shots, { recursive: true });
  for (const width of [390, 1280]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const [name, asked] of [["results", "?q=志愿服务 村"], ["empty", ""]]) {
        const url = `${server.home}search/${encodeURI(asked)}`;
        const page = await open(browser, url, { viewport: { width, height: 900 }, colorScheme });
        if (asked) await settled(page);
        await page.screenshot({ path: path.join(options.shots, `search-${name}-${width}-${colorScheme}.png`) });
        await page.context().close();
      }
    }
  }
}

const [rooted, below, free, large] = ["root", "below", "free", "large"].map((name) => path.join(WORK, name));
build(options.binary, ROOT, rooted, "https://qihe.example/");
build(options.binary, ROOT, below, "https://qihe.example/town/");
build(options.binary, ROOT, free, "");
await agrees(rooted);

const browser = await launch();
const servers = [await serve(rooted, ""), await serve(below, "/town")];
try {
  await reads(browser, "served", servers[0].home);
  await reads(browser, "below a path", servers[1].home);
  await reads(browser, "from the disk", pathToFileURL(path.join(free, "index.html")).href);
  await without(browser, servers[0]);
  await broken(browser, servers[0]);
  if (options.shots) await pictures(browser, servers[0]);

  const site = path.join(WORK, "site");
  fs.rmSync(site, { recursive: true, force: true });
  execFileSync("python3", [path.join(ROOT, "tests/bench/generate.py"), options.posts, site], { stdio: "ignore" });
  build(options.binary, path.join(site, "xiangyin"), large, "https://qihe.example/");
  servers.push(await serve(large, ""));
  await light(browser, servers[2], ["志愿", "志愿服务队", "河", "清理河道垃圾", "2022", "村 志愿 活动", "volunteer"]);
} finally {
  await browser.close();
  servers.forEach((server) => server.close());
}
process.exit(failures ? 1 : 0);
