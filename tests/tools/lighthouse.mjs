// Has Lighthouse judge the sample portal, as on a phone and as on a desktop, and prints the scores.
//
//     lighthouse.mjs [--binary target/dist/xiangyin]
//
// Front page, an article, a list, statistics and a report; performance, accessibility, best practices, findability. The
// host packs texts, as hosts do. A score below 100 is printed with what cost it, and ends the run with status 1. The score
// for performance is of this machine as well: measure on a quiet one.
//
// Lighthouse and Chromium are installed by install.sh, parts `lighthouse` and `browser`; not a part of tests/run.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build, installed, portal, ROOT, serve } from "./browser.mjs";

const PORT = 9333;
const PAGES = ["", "volunteer/2022/chongyang-shiqiao/", "volunteer/", "stats/2022/", "reports/2022-h1/"];
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

const { values: options } = parseArgs({ options: { binary: { type: "string", default: path.join(ROOT, "target/dist/xiangyin") } } });
const LIGHTHOUSE = path.join(ROOT, "target/tools/lighthouse/node_modules/lighthouse/core/index.js");
const { default: lighthouse, desktopConfig } = await import(pathToFileURL(LIGHTHOUSE));

// What keeps a page from the full score.
const losses = ({ audits, categories }) =>
  Object.values(categories).flatMap((category) =>
    category.auditRefs
      .filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1)
      .map(({ id }) => `    ${category.id}: ${audits[id].title} ${audits[id].displayValue ?? ""}`));

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "xiangyin-lighthouse-"));
const tree = path.join(temporary, "public");
const host = await serve(tree, "", { packed: true });
const browser = await installed("playwright-core").chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", `--remote-debugging-port=${PORT}`],
});
let short = 0;
try {
  build(options.binary, portal(path.join(temporary, "site")), tree, host.home);
  for (const page of PAGES) {
    for (const [form, config] of [["phone", undefined], ["desktop", desktopConfig]]) {
      const { lhr } = await lighthouse(host.home + page, { port: PORT, logLevel: "error", onlyCategories: CATEGORIES }, config);
      const scores = CATEGORIES.map((name) => Math.round(100 * lhr.categories[name].score));
      console.log(`/${page} ${form}: ${scores.map((score, at) => `${CATEGORIES[at]} ${score}`).join(", ")}`);
      if (scores.some((score) => score < 100)) {
        short += 1;
        console.log(losses(lhr).join("\n"));
      }
    }
  }
} finally {
  await browser.close();
  host.close();
  fs.rmSync(temporary, { recursive: true, force: true });
}
process.exitCode = short > 0 ? 1 : 0;
