// Makes pictures of one page of every sort, to be looked at: at 390 and 1280 px, light and dark; reports also on paper.
//
//     screenshots.mjs FOLDER [--binary target/debug/xiangyin] [--theme NAME] [--only PART-OF-A-NAME] [--width 390]…
//     screenshots.mjs --readme [--binary target/debug/xiangyin]
//
// The same pages as in check_pages.mjs: of the sample portal, of the site of empty states and of the one with nothing in it.
// Files are named SORT-WIDTH-SCHEME.png. With `--readme` it makes the few that README.md shows instead: one window each, as
// WebP files in tests/screenshots/.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { BINARY, ROOT, build, inTurns, launch, portal, serve } from "./browser.mjs";
import { bareSite, emptySite } from "./empty_site.mjs";
import { ofBareSite, ofEmptySite, ofPortal } from "./pages.mjs";

const AT_A_TIME = 3;
const SCHEMES = ["light", "dark"];
// Higher than this no picture is of use to a person.
const MOST_HIGH = 6000;
// What README.md shows: pages of the sample portal by their sort, and how large a window.
const README = {
  "front-page": { what: "front page", width: 1280, height: 900, scheme: "light" },
  "role-model": { what: "article, role-model", width: 390, height: 844, scheme: "dark" },
  "statistics": { what: "statistics, half-year", width: 1280, height: 900, scheme: "light", from: "#charts" },
  "report": { what: "report, written", width: 1280, height: 900, scheme: "light" },
};
const README_FOLDER = path.join(ROOT, "tests/screenshots");
const QUALITY = 80;

const { values: options, positionals: [shots] } = parseArgs({
  allowPositionals: true,
  options: {
    binary: { type: "string", default: BINARY },
    theme: { type: "string", default: "" },
    only: { type: "string", default: "" },
    width: { type: "string", multiple: true, default: ["390", "1280"] },
    readme: { type: "boolean", default: false },
  },
});
if (!shots && !options.readme) throw new Error("say which folder the pictures go to");
if (shots) fs.mkdirSync(shots, { recursive: true });
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "xiangyin-shots-"));

const fileName = (what) => what.replace(/[, ]+/g, "-");

// A page with all its pictures, what loads late too.
async function opened(browser, address, viewport, colorScheme) {
  const page = await browser.newPage({ viewport, colorScheme });
  // A platform's player is not asked for.
  await page.goto(address, { waitUntil: "load" });
  await page.evaluate(async () => {
    for (const picture of document.images) picture.loading = "eager";
    await Promise.all([...document.images].map((picture) => picture.decode().catch(() => {})));
  });
  return page;
}

async function shoot(browser, address, what, width, colorScheme) {
  const page = await opened(browser, address, { width, height: 900 }, colorScheme);
  const height = Math.min(MOST_HIGH, await page.evaluate(() => document.documentElement.scrollHeight));
  await page.screenshot({ path: path.join(shots, `${fileName(what)}-${width}-${colorScheme}.png`), fullPage: true, clip: { x: 0, y: 0, width, height } });
  await page.close();
}

// One window of a page, from the element `from` on, as WebP, which Playwright itself does not write.
async function shootForReadme(browser, address, name, { width, height, scheme, from }) {
  const page = await opened(browser, address, { width, height }, scheme);
  if (from) await page.locator(from).evaluate((element) => element.parentElement.scrollIntoView());
  const protocol = await page.context().newCDPSession(page);
  const { data } = await protocol.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  fs.writeFileSync(path.join(README_FOLDER, `${name}.webp`), Buffer.from(data, "base64"));
  await page.close();
}

async function paper(browser, address, what) {
  const page = await browser.newPage();
  await page.goto(address);
  await page.pdf({ path: path.join(shots, `${fileName(what)}.pdf`), preferCSSPageSize: true });
  await page.close();
}

const SITES = [["portal", (folder) => portal(folder, options.theme), ofPortal], ["empty", emptySite, ofEmptySite], ["bare", bareSite, ofBareSite]];

// Everything that `jobs` makes of one built site: a list of pictures to take, given the addresses of its pages.
async function ofSite([name, write, choose], jobs) {
  const out = build(options.binary, write(path.join(temporary, `${name}-source`)), path.join(temporary, name), "https://qihe.example/");
  const server = await serve(out);
  const todo = jobs(new Map([...choose(out)].map(([what, file]) => [what, server.home + encodeURI(file)])), name);
  await inTurns(todo, AT_A_TIME);
  server.close();
  console.log(`screenshots: ${todo.length} of ${name}`);
}

const browser = await launch();

function everyPage(pages, site) {
  const named = (what) => (site === "portal" ? what : `${site}-${what}`);
  return [...pages].filter(([what]) => what.includes(options.only)).flatMap(([what, address]) => [
    ...options.width.flatMap((width) => SCHEMES.map((scheme) => () => shoot(browser, address, named(what), Number(width), scheme))),
    ...(what.startsWith("report,") ? [() => paper(browser, address, what)] : []),
  ]);
}

const thoseOfReadme = (pages) => Object.entries(README).map(([name, shot]) => () => shootForReadme(browser, pages.get(shot.what), name, shot));

try {
  if (options.readme) {
    fs.mkdirSync(README_FOLDER, { recursive: true });
    await ofSite(SITES[0], thoseOfReadme);
  } else {
    for (const site of SITES) await ofSite(site, everyPage);
  }
} finally {
  await browser.close();
  fs.rmSync(temporary, { recursive: true, force: true });
}
