// Makes pictures of one page of every sort, to be looked at: at 390 and 1280 px, light and dark; reports also on paper.
//
//     screenshots.mjs FOLDER [--binary target/debug/xiangyin] [--theme NAME] [--only PART-OF-A-NAME] [--width 390]…
//
// The same pages as in check_pages.mjs: of the sample portal, of the site of empty states and of the one with nothing in it.
// Files are named SORT-WIDTH-SCHEME.png.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { BINARY, build, inTurns, launch, portal, serve } from "./browser.mjs";
import { bareSite, emptySite } from "./empty_site.mjs";
import { ofBareSite, ofEmptySite, ofPortal } from "./pages.mjs";

const AT_A_TIME = 3;
const SCHEMES = ["light", "dark"];
// Higher than this no picture is of use to a person.
const MOST_HIGH = 6000;

const { values: options, positionals: [shots] } = parseArgs({
  allowPositionals: true,
  options: {
    binary: { type: "string", default: BINARY },
    theme: { type: "string", default: "" },
    only: { type: "string", default: "" },
    width: { type: "string", multiple: true, default: ["390", "1280"] },
  },
});
if (!shots) throw new Error("say which folder the pictures go to");
fs.mkdirSync(shots, { recursive: true });
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "xiangyin-shots-"));

const fileName = (what) => what.replace(/[, ]+/g, "-");

// Scrolls through the page, so that what loads late is there, and takes its picture.
async function shoot(browser, address, what, width, colorScheme) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  // A platform's player is not asked for.
  await page.goto(address, { waitUntil: "load" });
  await page.evaluate(async () => {
    for (const picture of document.images) picture.loading = "eager";
    await Promise.all([...document.images].map((picture) => picture.decode().catch(() => {})));
  });
  const height = Math.min(MOST_HIGH, await page.evaluate(() => document.documentElement.scrollHeight));
  await page.screenshot({ path: path.join(shots, `${fileName(what)}-${width}-${colorScheme}.png`), fullPage: true, clip: { x: 0, y: 0, width, height } });
  await context.close();
}

async function paper(browser, address, what) {
  const page = await browser.newPage();
  await page.goto(address);
  await page.pdf({ path: path.join(shots, `${fileName(what)}.pdf`), preferCSSPageSize: true });
  await page.close();
}

const SITES = [["portal", (folder) => portal(folder, options.theme), ofPortal], ["empty", emptySite, ofEmptySite], ["bare", bareSite, ofBareSite]];
const browser = await launch();
try {
  for (const [name, write, choose] of SITES) {
    const out = build(options.binary, write(path.join(temporary, `${name}-source`)), path.join(temporary, name), "https://qihe.example/");
    const server = await serve(out);
    const pages = [...choose(out)].filter(([what]) => what.includes(options.only));
    const jobs = pages.flatMap(([what, file]) => [
      ...options.width.flatMap((width) => SCHEMES.map((scheme) => () => shoot(browser, server.home + encodeURI(file), name === "portal" ? what : `${name}-${what}`, Number(width), scheme))),
      ...(what.startsWith("report,") ? [() => paper(browser, server.home + encodeURI(file), what)] : []),
    ]);
    await inTurns(jobs, AT_A_TIME);
    server.close();
    console.log(`screenshots: ${jobs.length} of ${name}`);
  }
} finally {
  await browser.close();
  fs.rmSync(temporary, { recursive: true, force: true });
}
