// What is held of one page by itself, in every mode and at every width.
//
// `lookAt` opens the page for the reader with a new browser, `lookAtKept` for the one whose modes were kept from an earlier
// visit, `lookAtPlain` for the one whose browser runs no scripts. Each gives its findings as sentences.

import fs from "node:fs";
import { attend, installed, keepHome, sleep } from "./browser.mjs";

const AXE = fs.readFileSync(installed.resolve("axe-core/axe.min.js"), "utf8");
// The reader's modes as modes.js writes them on <html>.
export const MODES = {
  light: {}, dark: { theme: "dark" }, contrast: { contrast: "more" }, "dark contrast": { theme: "dark", contrast: "more" },
  large: { size: "large" }, largest: { size: "largest" },
};
const KEPT = { theme: "dark", contrast: "more", size: "largest" };
const LOOKED_AT = [1280, 390], WIDTHS = [1920, 1280, 768, 390, 320];
const HEIGHT = 900;
// Bytes on the wire: all but pictures and videos; of that all styles; all scripts.
const MOST = { page: 40 * 1024, style: 20 * 1024, script: 10 * 1024 };
// Milliseconds for what a page does after it has loaded.
const SETTLING = 100;
// Text has 7:1 against its ground (WCAG 2.2, 1.4.6), and what is pressed is large enough for a finger (2.5.8).
const ALSO = { "color-contrast-enhanced": { enabled: true }, "target-size": { enabled: true } };
// Rules about looks. The others judge what stands in the document, which no mode changes: they run once.
const OF_LOOKS = ["color-contrast", "color-contrast-enhanced", "target-size", "link-in-text-block", "scrollable-region-focusable", "css-orientation-lock"];

// Runs in the page before anything of its own.
const watch = () => {
  window.shifts = [];
  const nameOf = (node) => (node?.nodeType === 1 ? `${node.localName}.${node.className}` : "text");
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifts.push(`${entry.value.toFixed(4)} ${entry.sources.map((one) => nameOf(one.node)).join(", ")}`);
  }).observe({ type: "layout-shift", buffered: true });
  new MutationObserver((_, observer) => {
    if (!document.body) return;
    window.modesAtBody = { ...document.documentElement.dataset };
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
};

// A page of the context to look with. It is given back afterwards: to begin a new one costs more than most pages.
async function borrow(context, home) {
  context.idle ??= [];
  const idle = context.idle.pop();
  if (idle) return idle;
  const page = await context.newPage();
  page.begins = page.viewportSize();
  await page.addInitScript(watch);
  await keepHome(page, (url) => url.startsWith(home) || /^(data|blob):/.test(url), (url) => page.note(`request to elsewhere: ${url}`));
  attend(page, (finding) => page.note(finding));
  return page;
}

// Does `look` on a page and gives what was found, its own failure included.
async function visit(context, home, name, look) {
  const findings = [];
  const page = await borrow(context, home);
  page.note = (finding) => findings.push(finding);
  try {
    await page.setViewportSize(page.begins);
    await page.goto(home + encodeURI(name), { waitUntil: "load" });
    await sleep(SETTLING);
    await look(page, findings);
    context.idle.push(page);
  } catch (error) {
    findings.push(String(error.message).split("\n")[0]);
    await page.close();
  }
  return [...new Set(findings)].map((finding) => `${name}: ${finding}`);
}

async function still(page, findings) {
  for (const shift of await page.evaluate(() => window.shifts)) findings.push(`layout shift: ${shift}`);
}

// Widths of more than the window's, with what sticks out.
async function fits(page, findings, mode) {
  const out = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return null;
    const clips = (node) => node && (getComputedStyle(node).overflowX !== "visible" || clips(node.parentElement));
    const sticking = [...document.querySelectorAll("body *")].filter((node) => node.getBoundingClientRect().right > width + 1 && !clips(node.parentElement));
    return sticking.slice(-1).map((node) => `${node.localName}.${node.className} “${node.textContent.trim().slice(0, 20)}”`).join();
  });
  if (out !== null) findings.push(`wider than ${page.viewportSize().width} px in ${mode}: ${out}`);
}

// What came over the wire, by sort.
async function light(page, findings) {
  const sent = await page.evaluate(() => {
    const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const of = (ending) => all.filter((one) => ending.test(new URL(one.name).pathname)).reduce((sum, one) => sum + one.encodedBodySize, 0);
    const media = of(/\.(jpe?g|png|webp|avif|gif|mp4|vtt)$/) + [...document.querySelectorAll("main img[src$='.svg']")].reduce((sum, picture) =>
      sum + (performance.getEntriesByName(picture.currentSrc)[0]?.encodedBodySize ?? 0), 0);
    return { page: of(/./) - media, style: of(/\.css$/), script: of(/\.js$/) };
  });
  for (const [sort, most] of Object.entries(MOST)) {
    const isSearch = sort === "script" && page.url().includes("/search/");
    if (sent[sort] > most && !isSearch) findings.push(`${sort} of ${sent[sort]} bytes on the wire, ${most} are allowed`);
  }
  return sent;
}

const put = (page, mode) => page.evaluate((mode) => {
  for (const name of ["size", "contrast", "theme"]) {
    if (mode[name]) document.documentElement.setAttribute(`data-${name}`, mode[name]);
    else document.documentElement.removeAttribute(`data-${name}`);
  }
}, mode);

async function accessible(page, findings, mode, isFirst) {
  const settings = isFirst ? { rules: ALSO } : { runOnly: { type: "rule", values: OF_LOOKS } };
  const violations = await page.evaluate(async (settings) => {
    const answer = await window.axe.run(document, { ...settings, resultTypes: ["violations"], preload: false });
    return answer.violations.map((one) => {
      const [first] = one.nodes;
      const why = [...first.any, ...first.all, ...first.none].map((check) => check.message).join(" ");
      return `${one.id} (${one.nodes.length}): ${first.target.join(" ")}: ${why.slice(0, 200)}`;
    });
  }, settings);
  for (const violation of violations) findings.push(`axe in ${mode} at ${page.viewportSize().width} px: ${violation}`);
}

const resize = (page, width) => page.setViewportSize({ width, height: HEIGHT });

// The page in all modes and widths. `weights`, where given, is told what came over the wire.
export const lookAt = (context, home, name, weights) => visit(context, home, name, async (page, findings) => {
  await still(page, findings);
  const sent = await light(page, findings);
  weights?.(name, sent);
  await page.evaluate(AXE);
  for (const width of WIDTHS) {
    await resize(page, width);
    await fits(page, findings, "light");
    if (!LOOKED_AT.includes(width)) continue;
    for (const [mode, values] of Object.entries(MODES)) {
      await put(page, values);
      await fits(page, findings, mode);
      // Larger type needs less contrast and is pressed more easily. What it pushes out of sight, the narrowest window shows.
      if (!values.size) await accessible(page, findings, mode, mode === "light");
    }
    await put(page, {});
  }
  // Now it is as narrow as phones are: the largest type needs most of them.
  await put(page, MODES.largest);
  await fits(page, findings, "largest");
  await accessible(page, findings, "largest", false);
});

// A context in which earlier visits have left modes behind, on a phone.
export async function contextOfOldReader(browser, home) {
  const localStorage = Object.entries(KEPT).map(([name, value]) => ({ name: `xy-${name}`, value }));
  const storageState = { cookies: [], origins: [{ origin: new URL(home).origin, localStorage }] };
  return browser.newContext({ viewport: { width: 390, height: HEIGHT }, storageState });
}

export const lookAtKept = (context, home, name) => visit(context, home, name, async (page, findings) => {
  await still(page, findings);
  const early = await page.evaluate(() => window.modesAtBody ?? {});
  for (const [mode, value] of Object.entries(KEPT)) {
    if (early[mode] !== value) findings.push(`the mode ${mode} is not set before the first paint`);
  }
  const pressed = await page.evaluate(() => document.querySelectorAll(".modes [aria-pressed='true']").length);
  if (pressed !== 3) findings.push(`${pressed} of 3 kept modes are shown as pressed`);
});

export const lookAtPlain = (context, home, name) => visit(context, home, name, async (page, findings) => {
  await fits(page, findings, "no scripts");
  const shown = await page.evaluate(() => {
    const isSeen = (node) => node.checkVisibility();
    const text = (selector) => [...document.querySelectorAll(selector)].filter(isSeen).map((node) => node.innerText.trim()).join(" ");
    return {
      title: document.title.trim(), heading: text("h1"), words: text("main").length, menu: [...document.querySelectorAll("nav.menu a")].filter(isSeen).length,
      idle: [...document.querySelectorAll("button, input:not([type=checkbox]), select")].filter((node) => isSeen(node) && !node.closest(".search-form")).length,
    };
  });
  if (!shown.title || !shown.heading) findings.push("without scripts there is no title");
  if (shown.words < 4) findings.push("without scripts there is no text");
  if (shown.menu < 1) findings.push("without scripts there is no menu");
  if (shown.idle) findings.push(`without scripts ${shown.idle} buttons do nothing`);
});
