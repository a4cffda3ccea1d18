// Looks at `xiangyin serve` through a real browser: reloads, style swaps, the error overlay, the editors' panel, the
// buttons that share a post.
//
//     check_preview.mjs [--binary target/debug/xiangyin] [--only PART-OF-A-NAME] [--selftest]
//
// A small site in a temporary folder is edited while its pages are open in Chromium, once at the top of its address
// and once below a path. Each check makes its own posts. A page carries a mark in its window; a reload takes it away.
// `--selftest` proves the checks: with a fault planted in the browser (the preview's script blocked, a page that
// reloads by itself, …) the checks named beside the fault must fail.
//
// One file of more than 400 lines: two thirds are a list of independent checks, read one at a time.
//
// playwright-core is installed by install.sh, Chromium by its part `browser`. Exit status 1 when a check failed.

import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { BINARY, inTurns, launch, ROOT, sleep } from "./browser.mjs";

const OVERLAY = "xiangyin-errors .box";
const LINES_OF_LONG_POST = 120;
const STYLE = path.join(ROOT, "themes/default/static/style.css");

const { values: options } = parseArgs({
  options: {
    binary: { type: "string", default: BINARY },
    only: { type: "string", default: "" },
    selftest: { type: "boolean", default: false },
  },
});
if (!fs.existsSync(options.binary)) {
  console.error(`check_preview: there is no ${options.binary}`);
  process.exit(2);
}
// Milliseconds that anything may take, and in which nothing must happen.
const PATIENCE = options.selftest ? 3000 : 30000;
const STILL = 700;
// Milliseconds for one check.
const LIMIT = 120000;
// Checks that run side by side.
const AT_A_TIME = 3;

class Failed extends Error {}

function hold(condition, sentence) {
  if (!condition) throw new Failed(sentence);
}

// The site and its server.

class Site {
  constructor(prefix) {
    this.prefix = prefix;
    this.root = fs.mkdtempSync(path.join(os.tmpdir(), "xiangyin-preview-"));
    this.write("content/site.yaml", [
      "title: 栖禾乡音", `base_url: https://preview.example${prefix}/`, "language: zh-CN", "theme: ours",
      "owner: {name: 栖禾镇人民政府, organiser: 栖禾镇党委宣传办公室, address: 望澜县栖禾镇禾源路 1 号, icp: 虚构ICP备00000000号}",
      'policy: {review: "off", privacy: warn, links: error, unknown_keys: error, reports: generate}', "",
    ].join("\n"));
    this.write("themes/ours/theme.yaml", "name: 我们的\nextends: default\n");
    this.style("rgb(1, 2, 3)");
    for (const name of ["one", "two", "three"]) this.post(name, `虚构的${name}`);
    this.post("apart", "虚构的另一篇", { folder: "civility" });
  }

  write(name, text) {
    const file = path.join(this.root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }

  style(colour) {
    this.write("themes/ours/static/style.css", `${fs.readFileSync(STYLE, "utf8")}\nbody { outline-color: ${colour}; }\n`);
  }

  post(name, body, { title = `题${name}`, folder = "culture", key = "" } = {}) {
    this.write(`content/${folder}/2022/${name}.md`, `---\ntitle: ${title}\ndate: 2022-05-01\n${key}---\n\n${body}\n`);
  }

  remove(name, folder = "culture") {
    fs.rmSync(path.join(this.root, `content/${folder}/2022/${name}.md`));
  }

  // The findings of `check`, in the words that the terminal has.
  findings() {
    const words = ["check", "--site", this.root, "--message-format", "json", "--lang", "zh-CN"];
    let text;
    try {
      text = execFileSync(options.binary, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    } catch (error) {
      text = error.stdout;
    }
    return text.trim().split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  }

  close() {
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}

class Server {
  constructor(site, port) {
    this.site = site;
    this.port = port;
    this.origin = `http://127.0.0.1:${port}`;
    this.said = "";
  }

  async start() {
    const words = ["serve", "--site", this.site.root, "--port", String(this.port), "--lang", "zh-CN"];
    this.process = spawn(options.binary, words, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on("data", (data) => (this.said += data));
    const until = Date.now() + 60000;
    while (Date.now() < until && this.process.exitCode === null) {
      const answer = await fetch(this.url("/")).catch(() => null);
      await answer?.arrayBuffer();
      if (answer?.ok) return;
      await sleep(50);
    }
    throw new Error(`the server shows no front page; it said:\n${this.said}`);
  }

  url(address) {
    return this.origin + this.site.prefix + address;
  }

  async stop() {
    if (!this.process || this.process.exitCode !== null) return;
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill("SIGINT");
    await ended;
  }
}

function freePort() {
  return new Promise((done) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

// One check's view of the browser: its tabs, and what they complained of.
class Tabs {
  constructor(context, server) {
    this.context = context;
    this.server = server;
    this.complaints = [];
  }

  async open(url, { status = 200 } = {}) {
    const page = await this.context.newPage();
    page.on("pageerror", (error) => this.complaints.push(`${url}: ${error}`));
    page.on("console", (message) => {
      // That a page is not there is said of every 404 page; its document is meant to have that status.
      const missing = message.text().includes("status of 404") && message.location().url === page.url();
      if (message.type() === "error" && !missing) this.complaints.push(`${url}: ${message.text()} ${message.location().url}`);
    });
    page.loads = 0;
    page.on("load", () => (page.loads += 1));
    const answer = await page.goto(this.server.url(url));
    hold(answer.status() === status, `${url} answers with status ${answer.status()}, not ${status}`);
    await mark(page);
    return page;
  }
}

const mark = (page) => page.evaluate(() => (window.mark = true));
const marked = (page) => page.evaluate(() => window.mark === true);

async function until(page, condition, argument, sentence) {
  await page.waitForFunction(condition, argument, { timeout: PATIENCE, polling: 50 }).catch((error) => {
    throw new Failed(`${sentence} (${String(error.message).split("\n")[0]})`);
  });
}

async function reloaded(page, text) {
  const condition = (text) => window.mark !== true && document.readyState === "complete" && document.body.innerText.includes(text);
  await until(page, condition, text, `the page is not reloaded with “${text}”`);
}

async function untouched(page, sentence) {
  await sleep(STILL);
  hold((await marked(page)) && page.loads === 1, sentence);
}

const overlay = (page) => page.locator(OVERLAY);

async function overlayShown(page, sentence = "no error overlay appears") {
  await overlay(page).waitFor({ state: "visible", timeout: PATIENCE }).catch(() => {
    throw new Failed(sentence);
  });
  return overlay(page).innerText();
}

async function overlayGone(page, sentence) {
  await overlay(page).waitFor({ state: "hidden", timeout: PATIENCE }).catch(() => {
    throw new Failed(sentence);
  });
}

// What the editor of another site has after pasting.
async function paste(context) {
  const page = await context.newPage();
  await page.setContent('<div contenteditable id="editor"></div>');
  await page.locator("#editor").focus();
  await page.keyboard.press("Control+V");
  const html = await page.locator("#editor").innerHTML();
  await page.close();
  return html;
}

// Has the words of the overlay in one line, as text may wrap anywhere.
const flat = (text) => text.replace(/\s+/g, "");

function saysAllOf(text, finding) {
  for (const part of ["file", "line", "message", "help"]) {
    hold(finding[part], `the finding has no ${part}`);
    hold(flat(text).includes(flat(String(finding[part]))), `the ${part} “${finding[part]}” is not in the overlay: ${text}`);
  }
}

// The checks. Each has a site of its own with the posts one, two and three of a kind, and one apart; and tabs of its own.

const CHECKS = {
  "an edit reloads its page": async ({ site, tabs }) => {
    const page = await tabs.open("/culture/2022/one/");
    site.post("one", "改过一次");
    await reloaded(page, "改过一次");
    await mark(page);
    site.post("one", "改过两次");
    await reloaded(page, "改过两次");
  },

  "a new title reloads the open list and front page": async ({ site, tabs }) => {
    const list = await tabs.open("/culture/");
    const front = await tabs.open("/");
    site.post("one", "正文", { title: "新的题目" });
    await reloaded(list, "新的题目");
    await reloaded(front, "新的题目");
  },

  "an edit leaves other pages alone": async ({ site, tabs }) => {
    const page = await tabs.open("/culture/2022/one/");
    // Its card stands below the other posts of its kind, with the first words of the text.
    const beside = await tabs.open("/culture/2022/two/");
    const apart = await tabs.open("/civility/2022/apart/");
    const archive = await tabs.open("/archive/");
    site.post("one", "只有这一篇变了");
    await reloaded(page, "只有这一篇变了");
    await reloaded(beside, "只有这一篇变了");
    await untouched(apart, "the page of another post is reloaded");
    await untouched(archive, "the archive is reloaded");
  },

  "a save that changes nothing reloads nothing": async ({ site, tabs }) => {
    const page = await tabs.open("/culture/2022/one/");
    site.post("one", "虚构的one");
    await untouched(page, "the page is reloaded though its file is as before");
  },

  "an edit just after the page came is not lost": async ({ site, tabs }) => {
    // The connection for news is held up, as on a slow phone; the edit falls between page and connection.
    await tabs.context.route(isNews, async (route) => {
      await sleep(600);
      await route.continue().catch(() => {});
    });
    const page = await tabs.open("/culture/2022/one/");
    site.post("one", "趁它没连上");
    await reloaded(page, "趁它没连上");
  },

  "the scroll position is kept": async ({ site, tabs }) => {
    const lines = Array.from({ length: LINES_OF_LONG_POST }, (_, line) => `第${line}段。`).join("\n\n");
    site.post("long", lines, { folder: "civility" });
    await waitForStatus(tabs.server, "/civility/2022/long/", 200);
    const page = await tabs.open("/civility/2022/long/");
    await page.evaluate(() => window.scrollTo({ top: 1500, behavior: "instant" }));
    const before = await page.evaluate(() => window.scrollY);
    hold(before === 1500, `the page cannot be scrolled to 1500, only to ${before}`);
    site.post("long", `${lines}\n\n末尾添了一段。`, { folder: "civility" });
    await reloaded(page, "末尾添了一段");
    await sleep(STILL);
    const after = await page.evaluate(() => window.scrollY);
    hold(Math.abs(after - before) <= 2, `scrolled to ${before} before the reload, to ${after} after it`);
  },

  "a change of CSS swaps the sheet without a reload": async ({ site, tabs }) => {
    const page = await tabs.open("/culture/2022/one/");
    for (const colour of ["rgb(10, 20, 30)", "rgb(40, 50, 60)"]) {
      site.style(colour);
      await until(page, (colour) => getComputedStyle(document.body).outlineColor === colour, colour, "the new style is not seen");
    }
    await untouched(page, "the page is reloaded for a style sheet");
    const sheets = await page.evaluate(() => [...document.styleSheets].filter((sheet) => /\/style\.[^/]*css/.test(sheet.href)).length);
    hold(sheets === 1, `${sheets} sheets of this name are left on the page`);
  },

  "the WeChat button copies rich text and says what to know": async ({ site, tabs }) => {
    // One as at an address of the network, where scripts have no clipboard; one where a selection cannot be copied.
    const hindrances = {
      乙: () => Object.defineProperty(navigator, "clipboard", { value: undefined }),
      丁: () => { document.execCommand = () => false; },
    };
    for (const [name, word] of [["one", "乙"], ["two", "丁"]]) {
      site.post(name, `甲**${word}**丙`);
      const page = await tabs.open(`/culture/2022/${name}/`);
      await until(page, (text) => document.readyState === "complete" && document.body.innerText.includes(text), `甲${word}丙`, "the text is not shown");
      await page.evaluate(hindrances[word]);
      const share = page.locator("xiangyin-share");
      await share.locator(".opener").click({ timeout: PATIENCE });
      await share.locator("[data-outlet=wechat]").click({ timeout: PATIENCE });
      const outcome = share.locator(".outcome");
      await outcome.getByText("已复制").waitFor({ timeout: PATIENCE }).catch(() => {
        throw new Failed(`the button does not say that it copied (${hindrances[word]})`);
      });
      hold((await outcome.innerText()).includes("没有写摘要"), "the remark on the summary is not shown");
      await page.keyboard.press("Escape");
      hold(await share.locator(".opener").isVisible(), "Esc does not close the buttons");
      const pasted = await paste(tabs.context);
      hold(new RegExp(`<strong[^>]*>${word}</strong>`).test(pasted) && pasted.includes("line-height"),
        `pasted is (${hindrances[word]}): ${pasted}`);
      await page.close();
    }
    // The clipboard for scripts applies the page's policy to the copy's styles, says so, and keeps them.
    tabs.complaints = tabs.complaints.filter((complaint) => !complaint.includes("inline style"));
  },

  "a sheet for reviewers is saved under the name of its post": async ({ tabs }) => {
    const page = await tabs.open("/culture/2022/one/");
    const share = page.locator("xiangyin-share");
    await share.locator(".opener").click();
    const saved = page.waitForEvent("download", { timeout: PATIENCE });
    await share.locator("[data-outlet=approval]").click();
    const name = (await saved.catch(() => { throw new Failed("nothing is saved"); })).suggestedFilename();
    hold(name === "题one-审签单.docx", `the file is called ${name}`);
    hold((await share.locator(".outcome").innerText()).includes(name), "the file's name is not shown");
  },

  "an error is shown over the last good page, and goes away when mended": async ({ site, tabs }) => {
    const page = await tabs.open("/culture/2022/one/");
    const other = await tabs.open("/culture/2022/two/");
    site.post("one", "写错了", { key: "audiense: 3\n" });
    const text = await overlayShown(page);
    const finding = site.findings().find((finding) => finding.severity === "error");
    hold(finding, "check finds no error");
    saysAllOf(text, finding);
    saysAllOf(await overlayShown(other), finding);
    hold((await page.locator("main").innerText()).includes("虚构的one"), "the page under the overlay is not the last good one");
    const fresh = await tabs.open("/culture/2022/one/");
    saysAllOf(await overlayShown(fresh), finding);
    hold((await fresh.locator("main").innerText()).includes("虚构的one"), "a page opened meanwhile is not the last good one");
    site.post("one", "改好了");
    await reloaded(page, "改好了");
    for (const tab of [page, other, fresh]) await overlayGone(tab, "the overlay stays after the error is mended");
  },

  "Esc takes the overlay away; another error brings it back": async ({ site, tabs }) => {
    const page = await tabs.open("/culture/2022/one/");
    site.post("one", "写错了", { key: "audiense: 3\n" });
    await overlayShown(page);
    await page.keyboard.press("Escape");
    await overlayGone(page, "Esc does not take the overlay away");
    site.post("two", "也写错了", { key: "trouppe: 3\n" });
    hold(flat(await overlayShown(page)).includes("trouppe"), "the overlay does not tell the second error");
    site.post("one", "好了");
    site.post("two", "好了");
    await overlayGone(page, "the overlay stays after both errors are mended");
    site.post("one", "写错了", { key: "audiense: 3\n" });
    await overlayShown(page, "an error that was dismissed, mended and made again is not shown");
  },

  "a deleted post becomes the 404 page, and comes back": async ({ site, tabs }) => {
    const page = await tabs.open("/culture/2022/one/");
    site.remove("one");
    await until(page, () => window.mark !== true && document.readyState === "complete" && !document.body.innerText.includes("虚构的one"),
      null, "the page of a deleted post stays");
    const [status, title] = await page.evaluate(async () => [(await fetch(location.href)).status, document.title]);
    hold(status === 404, `a deleted post answers with status ${status}`);
    hold(title && title.includes("栖禾乡音"), `the 404 page is not the site's own; its title is “${title}”`);
    await mark(page);
    site.post("one", "又回来了");
    await reloaded(page, "又回来了");
  },

  "an open 404 page is reloaded when its post is written": async ({ site, tabs }) => {
    const page = await tabs.open("/culture/2022/later/", { status: 404 });
    await sleep(STILL);
    hold(await marked(page), "the 404 page is reloaded though nothing changed");
    site.post("later", "现在有了");
    await reloaded(page, "现在有了");
  },

  "a server started again on the same port is found again": async ({ site, tabs, server }) => {
    const page = await tabs.open("/culture/2022/one/");
    await server.stop();
    site.post("one", "趁服务停着");
    await sleep(300);
    await server.start();
    await reloaded(page, "趁服务停着");
    await mark(page);
    site.post("one", "重启以后");
    await reloaded(page, "重启以后");
    tabs.complaints = tabs.complaints.filter((complaint) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/.test(complaint));
  },

  "the panel shows findings and follows them": async ({ site, tabs, server }) => {
    const page = await tabs.context.newPage();
    const answer = await page.goto(`${server.origin}/_xiangyin/`);
    hold(answer.status() === 200, `the panel answers with status ${answer.status()}`);
    // Findings of a file may be folded away: what counts is that they are there. Names are set as code, without backticks.
    const has = (text) => document.body.textContent.replace(/\s+/g, "").includes(text);
    const hasNot = (text) => !document.body.textContent.replace(/\s+/g, "").includes(text);
    await sleep(STILL);
    site.write("content/culture/2022/bare.md", "没有头信息的一篇\n");
    await until(page, has, "culture/2022/bare.md", "the panel does not come to name a file with a warning");
    const warning = site.findings().find((finding) => finding.file?.endsWith("bare.md"));
    hold(warning, "check has no warning on the file");
    await until(page, has, flat(warning.message).replaceAll("`", ""), `the panel does not say “${warning.message}”`);
    site.post("one", "写错了", { key: "audiense: 3\n" });
    await until(page, has, "audiense", "the panel does not come to name an error");
    site.post("one", "好了");
    site.remove("bare");
    await until(page, hasNot, "culture/2022/bare.md", "the panel keeps a finding of a file that is gone");
    await until(page, hasNot, "audiense", "the panel keeps an error that is mended");
  },

  "the console is silent on every sort of page": async ({ tabs }) => {
    for (const url of ["/", "/culture/", "/culture/2022/one/", "/archive/", "/stats/", "/reports/"]) {
      const page = await tabs.open(url);
      await sleep(100);
      await page.close();
    }
  },
};

const isLive = (request) => request.url().includes("/_xiangyin/") && ["script", "eventsource", "fetch", "xhr"].includes(request.resourceType());
const isNews = (url) => /\/_xiangyin\/(events|live|news|stream)/.test(url.pathname) && !url.pathname.endsWith(".js");

async function waitForStatus(server, address, status) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const answer = await fetch(server.url(address));
    await answer.arrayBuffer();
    if (answer.status === status) return;
    await sleep(20);
  }
  throw new Failed(`${address} does not come to answer with status ${status}`);
}

// Faults planted in the browser, and the checks that must fail for each.

const FAULTS = [
  {
    name: "the preview's script and its news are blocked",
    plant: (context) => context.route("**/*", (route) => (isLive(route.request()) ? route.abort() : route.fallback())),
    fails: Object.keys(CHECKS).filter((name) => !/nothing reloads nothing|console/.test(name)),
  },
  {
    name: "pages reload by themselves",
    // Once a tab, as a page that never comes to rest answers no question; and when the check has marked it, not while
    // it still loads.
    plant: (context) => context.addInitScript(() => {
      const watch = sessionStorage.reloaded || setInterval(() => {
        if (!window.mark) return;
        clearInterval(watch);
        sessionStorage.reloaded = "yes";
        location.reload();
      }, 50);
    }),
    fails: ["an edit leaves other pages alone", "a save that changes nothing reloads nothing",
      "a change of CSS swaps the sheet without a reload"],
  },
  {
    name: "pages jump to the top",
    plant: (context) => context.addInitScript(() => addEventListener("load", () => setTimeout(() => scrollTo(0, 0), 300))),
    fails: ["the scroll position is kept"],
  },
  {
    name: "a script complains",
    plant: (context) => context.addInitScript(() => console.error("planted")),
    complains: true,
    fails: ["the console is silent on every sort of page", "an edit reloads its page"],
  },
  {
    name: "Esc is swallowed",
    plant: (context) => context.addInitScript(() => addEventListener("keydown", (event) => event.stopImmediatePropagation(), true)),
    fails: ["Esc takes the overlay away; another error brings it back"],
  },
];

async function tooLong() {
  await new Promise((done) => setTimeout(done, LIMIT).unref());
  throw new Failed("the check takes too long");
}

// Runs one check on a fresh site; gives the sentence of what failed, or nothing.
async function run(browser, name, prefix, fault) {
  const site = new Site(prefix);
  const server = new Server(site, await freePort());
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, serviceWorkers: "block" });
  try {
    await server.start();
    await fault?.plant(context);
    const tabs = new Tabs(context, server);
    await Promise.race([CHECKS[name]({ site, tabs, server }), tooLong()]);
    // What a planted fault makes the browser say proves nothing, but where that is the fault.
    hold((fault && !fault.complains) || tabs.complaints.length === 0, `the console says: ${tabs.complaints.join("; ")}`);
    return null;
  } catch (error) {
    if (error instanceof Failed) return error.message;
    return `${error.stack ?? error}`;
  } finally {
    await context.close();
    await server.stop();
    site.close();
  }
}

async function checkAll(browser, names) {
  let failed = 0;
  const check = async (prefix, name) => {
    const began = Date.now();
    const failure = await run(browser, name, prefix);
    failed += failure ? 1 : 0;
    console.log(`${failure ? "FAILED" : "ok    "} ${prefix || "/"}: ${name} (${Date.now() - began} ms)${failure ? `\n       ${failure}` : ""}`);
  };
  await inTurns(["", "/town"].flatMap((prefix) => names.map((name) => () => check(prefix, name))), AT_A_TIME);
  console.log(failed ? `check_preview: ${failed} checks failed` : `check_preview: ${names.length} checks held, at / and below /town`);
  return failed;
}

async function selftest(browser, names) {
  let failed = 0;
  let proven = 0;
  const check = async (fault, name) => {
    if (await run(browser, name, "", fault)) proven += 1;
    else {
      failed += 1;
      console.log(`FAILED “${name}” holds though ${fault.name}`);
    }
  };
  const planted = (fault) => fault.fails.filter((name) => names.includes(name)).map((name) => () => check(fault, name));
  await inTurns(FAULTS.flatMap(planted), AT_A_TIME);
  console.log(failed ? `check_preview: ${failed} planted faults were not found` : `check_preview: ${proven} planted faults found`);
  return failed;
}

const names = Object.keys(CHECKS).filter((name) => name.includes(options.only));
const browser = await launch();
const failed = await (options.selftest ? selftest : checkAll)(browser, names).finally(() => browser.close());
process.exitCode = failed || names.length === 0 ? 1 : 0;
