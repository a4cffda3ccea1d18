// Holds one page of every sort, in a real browser, to what a reader may expect: see page_checks.mjs and journeys.mjs.
//
//     check_pages.mjs [--binary target/debug/xiangyin] [--theme NAME] [--only PART-OF-A-NAME] [--weights] [--selftest]
//
// The sample portal is built, a small site of empty states and one with nothing in it (empty_site.mjs). Each page is looked
// at in all modes and widths, once by a reader whose modes are kept, once without scripts; then the ways through the site
// are gone by the keyboard, and a report is printed. `--weights` tells what each page weighs. `--selftest` plants faults in
// what the host sends, which must be found.
//
// playwright-core and axe-core are installed by install.sh, Chromium by its part `browser`. Exit status 1 when something was
// found.

import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { BINARY, build, inTurns, launch, portal, serve } from "./browser.mjs";
import { bareSite, emptySite } from "./empty_site.mjs";
import { JOURNEYS } from "./journeys.mjs";
import { contextOfOldReader, lookAt, lookAtKept, lookAtPlain } from "./page_checks.mjs";
import { ofBareSite, ofEmptySite, ofPortal } from "./pages.mjs";

const BASE = "https://qihe.example/";
const AT_A_TIME = 3;

const { values: options } = parseArgs({
  options: {
    binary: { type: "string", default: BINARY },
    theme: { type: "string", default: "" },
    only: { type: "string", default: "" },
    weights: { type: "boolean", default: false },
    selftest: { type: "boolean", default: false },
  },
});
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "xiangyin-pages-"));
const folder = (name) => path.join(temporary, name);

// The three readers' views of some pages of one site.
async function readers(browser, home, names, weights) {
  const contexts = {
    fresh: await browser.newContext({ viewport: { width: 1280, height: 900 } }),
    old: await contextOfOldReader(browser, home),
    plain: await browser.newContext({ viewport: { width: 390, height: 900 }, javaScriptEnabled: false }),
  };
  const look = (name) => async () => [
    ...(await lookAt(contexts.fresh, home, name, weights)),
    ...(await lookAtKept(contexts.old, home, name)),
    ...(await lookAtPlain(contexts.plain, home, name)),
  ];
  const found = (await inTurns(names.map(look), AT_A_TIME)).flat();
  for (const context of Object.values(contexts)) await context.close();
  return found;
}

async function journeys(browser, places, names = Object.keys(JOURNEYS)) {
  const go = (name) => async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    // A platform's player is asked for by one journey; nothing leaves this machine.
    await page.route((url) => !url.href.startsWith(places.home), (route) => route.fulfill({ status: 200, contentType: "text/html", body: "" }));
    const found = await JOURNEYS[name](page, places).catch((error) => [`${name}: ${String(error.message).split("\n")[0]}`]);
    await context.close();
    return found;
  };
  return (await inTurns(names.map((name) => go(name)), AT_A_TIME)).flat();
}

function places(home, pages) {
  return {
    home, article: pages.get("article, culture"), platform: pages.get("article, video of a platform"),
    own: pages.get("article, video of its own"), report: pages.get("report, written"),
  };
}

// One built site with the pages that are looked at.
async function shown(site, name, choose) {
  const out = build(options.binary, site, folder(name), BASE);
  return { out, pages: choose(out) };
}

async function checkAll(browser) {
  const sites = [
    await shown(portal(folder("portal-source"), options.theme), "portal", ofPortal),
    await shown(emptySite(folder("empty-source")), "empty", ofEmptySite),
    await shown(bareSite(folder("bare-source")), "bare", ofBareSite),
  ];
  const found = [], weights = [];
  let looked = 0;
  for (const { out, pages } of sites) {
    const server = await serve(out, "", { packed: true });
    const names = [...new Set([...pages].filter(([what]) => what.includes(options.only)).map(([, name]) => name))];
    looked += names.length;
    found.push(...(await readers(browser, server.home, names, (name, sent) => weights.push([sent.page, name, sent]))));
    if (out === sites[0].out && !options.only) found.push(...(await journeys(browser, places(server.home, pages))));
    server.close();
  }
  weights.sort(([a], [b]) => b - a);
  for (const [bytes, name, { style, script }] of options.weights ? weights : weights.slice(0, 1)) {
    console.log(`check_pages: ${bytes} bytes on the wire (style ${style}, script ${script}): ${name}`);
  }
  console.log(`check_pages: ${looked} pages looked at`);
  return found;
}

// Faults: what the host sends of files whose name matches is altered; a look or a journey must then say the word.

// A page without findings and without pictures.
const SOUND = "contact/index.html";
const style = (rule) => (text) => `${text}\n${rule}`;
const html = (piece) => (text) => text.replace("</main>", `${piece}</main>`);
// Text that does not shrink to less than three quarters on the wire.
const noise = (bytes) => Array.from({ length: bytes / 64 }, (_, at) => crypto.createHash("sha384").update(String(at)).digest("base64")).join("").replaceAll("/", "-");
const FAULTS = [
  ["color-contrast", "style.css", style(".prose p { color: #999 }"), lookAt],
  ["axe in dark at", "style.css", style("[data-theme=dark]:not([data-contrast]) .prose p { color: #444 }"), lookAt],
  ["axe in largest at 320", "style.css", style("[data-size=largest] :is(.foot li, .foot li a) { display: inline-block; min-block-size: 0; margin: 0; padding: 0; font-size: 5px; line-height: 1 }"), lookAt],
  ["image-alt", SOUND, html("<img src=/favicon.svg width=9 height=9>"), lookAt],
  ["console: ", "modes.js", style("console.error(1)"), lookAt],
  ["script: ", "modes.js", style("undefinedName()"), lookAt],
  ["status 404", SOUND, html("<img src=/gone.png alt='' width=9 height=9>"), lookAt],
  ["request to elsewhere", SOUND, html("<img src=https://elsewhere.example/a.png alt='' width=9 height=9>"), lookAt],
  ["layout shift", "modes.js", style("addEventListener('load', () => setTimeout(() => document.body.prepend(Object.assign(document.createElement('p'), { textContent: 1 })), 30))"), lookAt],
  ["wider than 320", "style.css", style(".foot { min-width: 350px }"), lookAt],
  ["wider than 1920", "style.css", style(".foot { min-width: 2000px }"), lookAt],
  ["in largest", "style.css", style("[data-size=largest] .foot { min-width: 900px }"), lookAt],
  ["page of", SOUND, html(`<!--${noise(60000)}-->`), lookAt],
  ["style of", "style.css", style(`/*${noise(30000)}*/`), lookAt],
  ["script of", "modes.js", style(`/*${noise(15000)}*/`), lookAt],
  ["before the first paint", SOUND, (text) => text.replace(/(<script src=[^>]*modes[^>]*?)>/, "$1 defer>"), lookAtKept],
  ["layout shift", "style.css", style("@keyframes late { from { margin-top: 0 } to { margin-top: 3rem } } [data-size=largest] main { animation: late 50ms steps(1) forwards }"), lookAtKept],
  ["no text", SOUND, (text) => text.replace(/<main[\s\S]*<\/main>/, "<main><h1>甲</h1></main>"), lookAtPlain],
  ["no title", SOUND, (text) => text.replace(/<h1>.*?<\/h1>/, ""), lookAtPlain],
  ["no menu", "style.css", style(":root:not([data-script]) .menu { display: none }"), lookAtPlain],
  ["buttons do nothing", "style.css", style(".modes { display: flex !important }"), lookAtPlain],
  ["the first stop", "index.html", (text) => text.replace(/<a href="?#main"?>/, "<a>"), "skipLink"],
  ["does not lead there", "index.html", (text) => text.replace(/(<main[^>]*) id="?main"?/, "$1"), "skipLink"],
  ["no group of the menu", "index.html", (text) => text.replaceAll("<summary", "<summary tabindex=-1"), "menu"],
  ["Escape", "modes.js", (text) => text.replace('"Escape"', '"F9"'), "menu"],
  ["the field for searching", "index.html", (text) => text.replace(/<input type="?search"?/, "$& tabindex=-1"), "search"],
  ["comes to no result", "search.js", () => "", "search"],
  ["largest type", "style.css", style(".modes .size-3 { display: none }"), "modes"],
  ["not kept", "modes.js", (text) => text.replace("localStorage.setItem", "void "), "modes"],
  ["what is read aloud", "aloud.js", () => "", "aloud"],
  ["offered where nothing can read", "modes.js", (text) => text.replace('"speechSynthesis" in window', "true"), "mute"],
  ["does not bring its player", "video.js", () => "", "video"],
  ["the focus is not seen", "style.css", style(".headline a:focus-visible { outline: none }"), "focusSeen"],
  ["print: ", "report-print.css", style("@page { size: letter }"), "paper"],
];

async function selftest(browser) {
  const { out, pages } = await shown(portal(folder("portal-source"), options.theme), "portal", ofPortal);
  const prove = ([word, file, alter, look], at) => async () => {
    let altered = 0;
    const plant = (name, text) => {
      const isOther = name !== file && path.posix.basename(name).replace(/\.[0-9a-f]{6,}\./, ".") !== file;
      const result = isOther ? text : alter(text);
      altered += result !== text;
      return result;
    };
    const server = await serve(out, "", { packed: true, alter: plant });
    const context = look === lookAtKept ? await contextOfOldReader(browser, server.home) : await browser.newContext({ javaScriptEnabled: look !== lookAtPlain, viewport: { width: 1280, height: 900 } });
    const found = typeof look === "string" ? await journeys(browser, places(server.home, pages), [look]) : await look(context, server.home, SOUND);
    await context.close();
    server.close();
    const isFound = altered > 0 && found.some((finding) => finding.includes(word));
    return isFound ? [] : [`not found: ${word} (fault ${at}, planted ${altered} times); found: ${found.join("; ")}`];
  };
  const missed = (await inTurns(FAULTS.map(prove), AT_A_TIME)).flat();
  const server = await serve(out, "", { packed: true });
  missed.push(...(await readers(browser, server.home, [SOUND])), ...(await journeys(browser, places(server.home, pages))));
  server.close();
  return missed;
}

const browser = await launch();
try {
  const found = await (options.selftest ? selftest : checkAll)(browser);
  console.log(found.length ? found.join("\n") : options.selftest ? `check_pages: ${FAULTS.length} planted faults found` : "check_pages: no findings");
  process.exitCode = found.length ? 1 : 0;
} finally {
  await browser.close();
  fs.rmSync(temporary, { recursive: true, force: true });
}
