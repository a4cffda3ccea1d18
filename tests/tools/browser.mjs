// What all checks in a real browser have in common: the browser, built sites and a plain host for them.
//
// Knows nothing of what is looked at. playwright-core is installed by install.sh, Chromium by its part `browser`.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import zlib from "node:zlib";

export const ROOT = path.resolve(import.meta.dirname, "../..");
// Takes in what install.sh put below target/.
export const installed = createRequire(path.join(ROOT, "target/tools/npm/"));
export const BINARY = path.join(ROOT, "target/debug/xiangyin");
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".xml": "application/xml", ".json": "application/json",
  ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".mp4": "video/mp4", ".vtt": "text/vtt" };
const PACKED = [".html", ".css", ".js", ".svg", ".json"];

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// `more` are further arguments of the browser.
export function launch(more = []) {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return installed("playwright-core").chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", ...more] });
}

// Builds `site` for the address `base`; gives the folder.
export function build(binary, site, out, base) {
  execFileSync(binary, ["build", "--site", site, "--out", out, "--base-url", base], { stdio: "ignore" });
  return out;
}

// A copy of the sample portal's sources in `site`, with another theme if one is named; with the pictures that an earlier
// build made, which take a development build long.
export function portal(site, theme = "") {
  const parts = ["content", "themes", ".xiangyin-cache/pictures"].filter((part) => fs.existsSync(path.join(ROOT, part)));
  for (const part of parts) fs.cpSync(path.join(ROOT, part), path.join(site, part), { recursive: true });
  const settings = path.join(site, "content/site.yaml");
  if (theme) fs.writeFileSync(settings, fs.readFileSync(settings, "utf8").replace(/^theme:.*$/m, `theme: ${theme}`));
  return site;
}

// Serves a folder below a path, as a plain host does: `home` is its address, `sent` the bytes of all bodies so far. With
// `packed` texts go out as gzip, which is how hosts send them. `alter`, given a file's name and text, may plant a fault.
export async function serve(folder, below = "", { packed = false, alter } = {}) {
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://x").pathname);
    let file = path.join(folder, name.slice(below.length));
    if (name.endsWith("/")) file = path.join(file, "index.html");
    if (!name.startsWith(`${below}/`) || !fs.existsSync(file) || fs.statSync(file).isDirectory()) return response.writeHead(404).end();
    const ending = path.extname(file), headers = { "content-type": TYPES[ending] ?? "application/octet-stream" };
    let body = fs.readFileSync(file);
    if (alter && PACKED.includes(ending)) body = Buffer.from(alter(path.relative(folder, file), body.toString()));
    if (packed && PACKED.includes(ending)) {
      headers["content-encoding"] = "gzip";
      body = zlib.gzipSync(body);
    }
    server.sent += body.length;
    return response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
  });
  server.sent = 0;
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  server.home = `http://127.0.0.1:${server.address().port}${below}/`;
  return server;
}

// What a page says to its console as a fault, and what it asks for in vain, goes to `note`; `ignored` passes over some of it.
export function attend(page, note, ignored = () => false) {
  const say = (sentence) => ignored(sentence) || note(sentence);
  page.on("console", (message) => message.type() === "error" && say(`console: ${message.text()}`));
  page.on("pageerror", (error) => say(`script: ${error.message}`));
  // A page that leads on, or is loaded again, gives up what it was asking for.
  page.on("requestfailed", (request) => request.failure()?.errorText !== "net::ERR_ABORTED" && say(`request: ${request.url()} ${request.failure()?.errorText}`));
  page.on("response", (answer) => answer.status() >= 400 && say(`request: ${answer.url()} has status ${answer.status()}`));
}

// Requests to elsewhere end here, with an empty page, and go to `note`.
export function keepHome(page, isHome, note) {
  return page.route((url) => !isHome(url.href), (route) => {
    note(route.request().url());
    return route.fulfill({ status: 200, contentType: "text/html", body: "" });
  });
}

// Does all jobs, some at a time: they wait most of the time. Gives what each came to, in order.
export async function inTurns(jobs, atATime) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < jobs.length) {
      const at = next++;
      results[at] = await jobs[at]();
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return results;
}
