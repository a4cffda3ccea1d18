// What is held of ways through several pages, by the keyboard alone, and of a report on paper.
//
// A journey is a function of a fresh page, which knows where home is, and gives its findings as sentences.

const MOST_STOPS = 80;
const PATIENCE = 10000;
// A4 in points (ISO 216: 210 × 297 mm), with what a browser rounds.
const A4 = [595.3, 841.9], ROUNDING = 1.5;

const focused = (page, question) => page.evaluate(`(() => { const it = document.activeElement; return ${question}; })()`);

// Presses Tab until an element that matches `selector` has the focus; whether one had it.
async function tabTo(page, selector) {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return true;
  }
  return false;
}

// Where a step fails, those behind it have no ground to stand on.
async function steps(list) {
  for (const [sentence, step] of list) {
    const went = await Promise.resolve(step()).catch(() => false);
    if (!went) return [`by the keyboard: ${sentence}`];
  }
  return [];
}

const isFocusSeen = "it.getBoundingClientRect().top >= 0 && parseFloat(getComputedStyle(it).outlineWidth) > 0 && getComputedStyle(it).outlineStyle !== 'none'";

async function skipLink(page, { home }) {
  await page.goto(home);
  return steps([
    ["the first stop is no link to the text, or it is not seen", async () => {
      await page.keyboard.press("Tab");
      return focused(page, `it.matches(".skip a") && ${isFocusSeen}`);
    }],
    ["the link to the text does not lead there", async () => {
      await page.keyboard.press("Enter");
      return focused(page, "it.id === 'main'");
    }],
    ["the stop behind it is not in the text", async () => {
      await page.keyboard.press("Tab");
      return focused(page, "it.closest('main') !== null");
    }],
  ]);
}

async function menu(page, { home }) {
  await page.goto(home);
  return steps([
    ["no group of the menu is reached", () => tabTo(page, ".menu summary")],
    ["a group of the menu does not open", async () => {
      await page.keyboard.press("Enter");
      return page.locator(".menu-group[open] ul a").first().isVisible();
    }],
    ["the stop behind an open group is not in it", async () => {
      await page.keyboard.press("Tab");
      return focused(page, "it.matches('.menu-group ul a')");
    }],
    ["Escape does not close the group and lead back to it", async () => {
      await page.keyboard.press("Escape");
      return focused(page, "it.matches('.menu-group:not([open]) > summary')");
    }],
    ["a link of the group does not lead to its page", async () => {
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      const to = await focused(page, "it.href");
      await page.keyboard.press("Enter");
      await page.waitForURL(to, { timeout: PATIENCE });
      return page.locator(".menu [aria-current='page']").count();
    }],
  ]);
}

async function search(page, { home }) {
  await page.goto(home);
  return steps([
    ["the field for searching is not reached", () => tabTo(page, "header input[name=q]")],
    ["a query comes to no result", async () => {
      await page.keyboard.type("志愿");
      await page.keyboard.press("Enter");
      await page.locator(".search-results a").first().waitFor({ timeout: PATIENCE });
      return true;
    }],
    ["the results are not reached from the field", async () => {
      await page.locator("#search-q").waitFor();
      if (!(await focused(page, "it.id === 'search-q'")) && !(await tabTo(page, "#search-q"))) return false;
      await page.keyboard.press("ArrowDown");
      return focused(page, "it.matches('.search-results a')");
    }],
    ["a result does not lead to its page", async () => {
      await page.keyboard.press("Enter");
      await page.locator("article h1").waitFor({ timeout: PATIENCE });
      return true;
    }],
  ]);
}

const modesNow = (page) => page.evaluate(() => JSON.stringify([document.documentElement.dataset.size, document.documentElement.dataset.contrast, document.documentElement.dataset.theme]));

async function modes(page, { home, article }) {
  await page.goto(home);
  const all = JSON.stringify(["largest", "more", "dark"]);
  const press = (selector) => async () => {
    if (!(await tabTo(page, selector))) return false;
    await page.keyboard.press("Space");
    return focused(page, "it.getAttribute('aria-pressed') === 'true'");
  };
  return steps([
    ["the largest type is not to be had", press(".modes [data-value=largest]")],
    ["more contrast is not to be had", press(".modes [data-mode=contrast]")],
    ["the dark mode is not to be had", press(".modes [data-mode=theme]")],
    ["the modes are not what was pressed", async () => (await modesNow(page)) === all],
    ["the modes are not kept on the next page", async () => {
      await page.goto(home + article);
      return (await modesNow(page)) === all;
    }],
    ["a mode does not end where it began", async () => {
      await tabTo(page, ".modes [data-mode=contrast]");
      await page.keyboard.press("Space");
      await page.reload();
      return (await modesNow(page)) === JSON.stringify(["largest", null, "dark"]);
    }],
  ]);
}

// A browser's voice that says at once what it is given, and remembers it; a slow one never comes to its end.
function voice() {
  window.said = [];
  const speak = (it) => { window.said.push(it.text); if (!window.isSlow) setTimeout(it.onend, 0); };
  const speechSynthesis = { speak, cancel() {} };
  Object.defineProperty(window, "speechSynthesis", { value: speechSynthesis });
}

async function aloud(page, { home, article }) {
  await page.addInitScript(voice);
  await page.goto(home + article);
  const texts = await page.evaluate(() => ["main h1", ".prose > p", ".prose > p:last-of-type"].map((one) => document.querySelector(one).innerText));
  const press = async () => (await tabTo(page, ".modes [data-read]")) && (await page.keyboard.press("Space"), true);
  const isAtRest = () => page.evaluate(() => !document.querySelector("[data-aloud], [data-read][aria-pressed=true]"));
  return steps([
    ["reading aloud is not to be had", press],
    ["what is read aloud is not the page's title and text", async () => {
      await page.waitForFunction(([title, first, last]) => said[0] === title && said[1] === first && said.includes(last), texts, { timeout: PATIENCE });
      await page.waitForFunction(() => !document.querySelector("[data-aloud]"), null, { timeout: PATIENCE });
      return isAtRest();
    }],
    ["Escape does not end the reading", async () => {
      await page.evaluate(() => { window.isSlow = true; });
      await page.keyboard.press("Space");
      await page.locator("main h1[data-aloud]").waitFor({ timeout: PATIENCE });
      await page.keyboard.press("Escape");
      return isAtRest();
    }],
  ]);
}

// Without a voice there is no button.
async function mute(page, { home, article }) {
  await page.addInitScript(() => { delete window.speechSynthesis; delete Window.prototype.speechSynthesis; });
  await page.goto(home + article);
  return (await page.locator("[data-read]").isVisible()) ? ["reading aloud is offered where nothing can read"] : [];
}

async function video(page, { home, platform, own }) {
  await page.goto(home + platform);
  return steps([
    ["the link to a video is not reached", () => tabTo(page, "a.video-link")],
    ["the link to a video does not bring its player", async () => {
      await page.keyboard.press("Enter");
      await page.locator(".video iframe").waitFor({ state: "attached", timeout: PATIENCE });
      return focused(page, "it.localName === 'iframe'");
    }],
    ["a video of the site's own is not reached", async () => {
      await page.goto(home + own);
      return tabTo(page, "video");
    }],
  ]);
}

// Every stop on the front page is seen.
async function focusSeen(page, { home }) {
  await page.goto(home);
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    if (await focused(page, "it === document.body")) break;
    const unseen = await focused(page, `${isFocusSeen} ? null : it.outerHTML.slice(0, 80)`);
    if (unseen) return [`by the keyboard: the focus is not seen on ${unseen}`];
  }
  return [];
}

// A report on paper: every page A4.
async function paper(page, { home, report }) {
  await page.goto(home + report);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/g)].map((box) => box.slice(1).map(Number));
  const other = boxes.find((box) => box.some((side, at) => Math.abs(side - A4[at]) > ROUNDING));
  if (boxes.length < 2) return [`print: the report has ${boxes.length} pages`];
  return other ? [`print: a page has ${other.join(" × ")} points, A4 has ${A4.join(" × ")}`] : [];
}

export const JOURNEYS = { skipLink, menu, search, modes, aloud, mute, video, focusSeen, paper };
