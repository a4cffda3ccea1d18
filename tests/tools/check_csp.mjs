// Opens pages in a real browser and finds whatever breaks their Content Security Policy or asks for what is not the site's.
//
//     check_csp.mjs [--binary target/debug/xiangyin] [--theme NAME] [--selftest]
//
// The sample portal is built for a folder of a web host and for the disk, and shown by the preview. In each, one page of
// every sort and of every mix of things that a page may hold (charts, videos, tables, code …) is opened. A finding is: a
// violation, an error in the console, a failed request, a request to elsewhere, a policy that is missing or comes too late.
// Links to platforms are clicked: their player must be let in. `--selftest` plants faults, which must be found.
//
// playwright-core is installed by install.sh, Chromium by its part `browser`. Exit status 1 when something was found.

import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { attend, BINARY, build, inTurns, keepHome, launch, portal, serve, sleep } from "./browser.mjs";

const BELOW = "/town";
const PLAYERS = ["https://player.bilibili.com", "https://v.qq.com"];
const QUERY = "志愿";
const AT_A_TIME = 4;
// Milliseconds for what a page does after it has loaded.
const SETTLING = 60;
// What pages are told apart by, besides their sort.
const FEATURES = ["<svg", "<video", "class=\"?video-link", "<table", "<details", "class=\"?gallery", "<pre", "<math", "<form", "<script defer"];

const { values: options } = parseArgs({
  options: {
    binary: { type: "string", default: BINARY },
    theme: { type: "string", default: "" },
    selftest: { type: "boolean", default: false },
  },
});

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "xiangyin-csp-"));

// One page, by its path in the tree, for each sort and mix of features.
function examples(tree) {
  const found = new Map();
  const files = fs.readdirSync(tree, { recursive: true }).filter((name) => name.endsWith(".html")).sort();
  for (const name of files) {
    const text = fs.readFileSync(path.join(tree, name), "utf8");
    const sort = /<body class="?sort-([\w-]*)/.exec(text)?.[1] ?? "bare";
    const key = [sort, ...FEATURES.filter((feature) => new RegExp(feature).test(text))].join(" ");
    if (!found.has(key)) found.set(key, name);
  }
  // And the search page with a query: only then it loads its index.
  return [...found.values(), `search/index.html?q=${QUERY}`];
}

// The browser's view of one page.

// Runs in the page before anything of its own.
const watch = () => {
  window.violations = [];
  const note = (event) => window.violations.push(`${event.effectiveDirective} forbids ${event.blockedURI} ${event.sample ?? ""}`);
  document.addEventListener("securitypolicyviolation", note, true);
};

// What stands wrong in the head: the policy is the second element, after the encoding.
const policyFault = () => {
  const [charset, policy] = document.head.children;
  const isPolicy = charset?.hasAttribute("charset") && policy?.httpEquiv === "Content-Security-Policy";
  return isPolicy ? null : "the head does not begin with the encoding and the policy";
};

// From the disk no browser reads captions: to it each file is a site of its own. The video plays without them.
const isCaptionFromDisk = (text) => /file:\/\/\S*\.vtt/.test(text);

class Visit {
  constructor(context, home) {
    this.context = context;
    this.home = home;
    this.findings = new Set();
    this.outside = [];
  }

  async open(address, { isOwn = true } = {}) {
    const page = await this.context.newPage();
    this.page = page;
    await page.addInitScript(watch);
    await keepHome(page, (url) => this.isHome(url), (url) => this.outside.push(url));
    attend(page, (finding) => this.findings.add(finding), isCaptionFromDisk);
    await page.goto(address, { waitUntil: "load" });
    await sleep(SETTLING);
    const fault = isOwn && (await this.asked(policyFault));
    if (fault) this.findings.add(fault);
  }

  // What the page answers; an old address may just be leading on to the new one, and is asked again there.
  async asked(question) {
    return this.page.evaluate(question).catch(async () => {
      await this.page.waitForLoadState("load");
      return this.page.evaluate(question);
    });
  }

  isHome(address) {
    return address.startsWith(this.home) || address.startsWith("data:") || address.startsWith("blob:");
  }

  // What a page does when it is used.
  async use() {
    await this.look();
    await this.play();
  }

  // A query must come to results: the index is made of scripts that the policy must let in.
  async look() {
    if (!new URL(this.page.url()).searchParams.has("q")) return;
    const result = this.page.locator(".search-results a").first();
    await result.waitFor({ timeout: 20000 }).catch(() => this.findings.add("a query comes to no result"));
  }

  // The click on a video of a platform must let its player in, and nothing else.
  async play() {
    const link = this.page.locator("a.video-link[data-embed^='https://']").first();
    if (!(await link.count())) return;
    await this.gather();
    await link.click();
    await this.page.locator(".video iframe").waitFor({ state: "attached", timeout: 3000 }).catch(() => this.findings.add("a click on a video does nothing"));
    await sleep(SETTLING);
    const [player, ...more] = this.outside.splice(0);
    if (!PLAYERS.some((origin) => player?.startsWith(`${origin}/`))) this.findings.add(`the player is not asked for, but ${player ?? "nothing"}`);
    for (const address of more) this.findings.add(`request to elsewhere: ${address}`);
  }

  async gather() {
    for (const address of this.outside.splice(0)) this.findings.add(`request to elsewhere: ${address}`);
    for (const violation of await this.asked(() => window.violations ?? [])) this.findings.add(`violation: ${violation}`);
  }
}

async function visit(context, home, address, { act = (one) => one.use(), isOwn = true } = {}) {
  const one = new Visit(context, home);
  try {
    await one.open(address, { isOwn });
    await act(one);
    await one.gather();
  } catch (error) {
    one.findings.add(String(error.message).split("\n")[0]);
  } finally {
    await one.page?.close();
  }
  return [...one.findings].map((finding) => `${address.slice(home.length) || "/"}: ${finding}`);
}

// The three ways in which pages are shown.

async function overHttp(context, site, pages) {
  const out = build(options.binary, site, path.join(temporary, "http"), `https://qihe.example${BELOW}/`);
  const server = await serve(out, BELOW);
  const home = server.home;
  pages.push(...examples(out));
  const found = (await inTurns(pages.map((name) => () => visit(context, home, home + encodeURI(name))), AT_A_TIME)).flat();
  server.close();
  return found.map((finding) => `http: ${finding}`);
}

async function fromDisk(context, site) {
  const out = build(options.binary, site, path.join(temporary, "disk"), "");
  const home = `${pathToFileURL(out).href}/`;
  const found = (await inTurns(examples(out).map((name) => () => visit(context, home, home + encodeURI(name))), AT_A_TIME)).flat();
  return found.map((finding) => `file: ${finding}`);
}

async function inPreview(context, site, pages) {
  const port = 20000 + (process.pid % 20000);
  const server = spawn(options.binary, ["serve", "--site", site, "--port", String(port)], { stdio: "ignore" });
  const origin = `http://127.0.0.1:${port}`;
  const ended = new Promise((done) => server.once("exit", done));
  try {
    for (let tries = 0; !(await fetch(origin).catch(() => null))?.ok; tries += 1) {
      if (tries > 1200) throw new Error("the preview shows no front page");
      await sleep(100);
    }
    const addresses = pages.map((name) => `${origin}/${encodeURI(name).replace(/index\.html(?=$|\?)/, "")}`);
    const found = (await inTurns(addresses.map((address) => () => visit(context, origin, address)), AT_A_TIME)).flat();
    found.push(...(await visit(context, origin, `${origin}/_xiangyin/`, { act: async () => {}, isOwn: false })));
    found.push(...(await visit(context, origin, `${origin}/about/`, { act: (one) => mistake(one, site) })));
    return found.map((finding) => `preview: ${finding}`);
  } finally {
    server.kill("SIGINT");
    await ended;
  }
}

// A mistake is shown over the page, in the overlay's own style.
async function mistake(one, site) {
  fs.writeFileSync(path.join(site, "content/culture/2022/wrong.md"), "---\ntitle: 错\ndate: 2022-05-01\naudiense: 3\n---\n\n虚构。\n");
  const box = one.page.locator("xiangyin-errors .box");
  await box.waitFor({ state: "visible", timeout: 20000 });
  const position = await box.evaluate((element) => getComputedStyle(element.getRootNode().host).position + getComputedStyle(element).position);
  if (!position.includes("fixed")) one.findings.add(`the overlay has no style (${position})`);
}

// Faults, and the word of the finding that each must come to.

const FAULTS = [
  ["script-src", (text) => text.replace("</body>", "<script>document.title = 1</script></body>")],
  // Some versions of the browser report a handler when it is called, others when they read it.
  ["script-src", (text) => text.replace("<main", "<main onclick='document.title = 1'"), (page) => page.locator("main").dispatchEvent("click")],
  ["script-src", (text) => text.replace("</body>", "<script src=https://elsewhere.example/a.js></script></body>")],
  ["style-src", (text) => text.replace("<main", "<main style='color: red'")],
  ["style-src", (text) => text.replace("</head>", "<style>a { color: red }</style></head>")],
  ["frame-src", (text) => text.replace("</body>", "<iframe src=https://elsewhere.example/></iframe></body>")],
  ["connect-src", (text) => text.replace("</body>", "<a href=/ ping=https://elsewhere.example/>甲</a></body>"), (page) => page.evaluate(() => fetch("https://elsewhere.example/").catch(() => {}))],
  ["base-uri", (text) => text.replace("</head>", "<base href=https://elsewhere.example/></head>")],
  ["request to elsewhere", (text) => text.replace("</body>", "<img src=https://elsewhere.example/a.png alt></body>")],
  ["status 404", (text) => text.replace("</body>", "<img src=gone.png alt></body>")],
  ["the head does not begin", (text) => text.replace(/<meta http-equiv="?Content-Security-Policy[^>]*>/, "")],
];

async function selftest(context, site) {
  const out = build(options.binary, site, path.join(temporary, "http"), `https://qihe.example${BELOW}/`);
  const server = await serve(out, BELOW);
  const home = server.home;
  const sound = fs.readFileSync(path.join(out, "about/index.html"), "utf8");
  const closed = sound.includes("</body>") ? sound : `${sound}</body>`;
  const missed = [];
  for (const [at, [word, plant, act]] of FAULTS.entries()) {
    const name = `planted-${at}.html`;
    fs.mkdirSync(path.join(out, "planted"), { recursive: true });
    fs.writeFileSync(path.join(out, "planted", name), plant(closed));
    const found = await visit(context, home, `${home}planted/${name}`, { act: async (one) => act?.(one.page) });
    if (!found.some((finding) => finding.includes(word))) missed.push(`not found: ${word} (fault ${at}); found: ${found.join("; ")}`);
  }
  fs.writeFileSync(path.join(out, "planted/sound.html"), closed);
  missed.push(...(await visit(context, home, `${home}planted/sound.html`)));
  server.close();
  return missed;
}

async function checkAll(context, site) {
  const pages = [];
  const found = [...(await overHttp(context, site, pages)), ...(await fromDisk(context, site)), ...(await inPreview(context, site, pages))];
  console.log(`check_csp: ${pages.length} pages looked at in each of three hostings`);
  return found;
}

const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  const found = await (options.selftest ? selftest : checkAll)(context, portal(path.join(temporary, "site"), options.theme));
  console.log(found.length ? found.join("\n") : options.selftest ? `check_csp: ${FAULTS.length} planted faults found` : "check_csp: no findings");
  process.exitCode = found.length ? 1 : 0;
} finally {
  await browser.close();
  fs.rmSync(temporary, { recursive: true, force: true });
}
