// Which pages of a built site are looked at: one of every sort that people read, and of every shape that a sort takes.
//
// A sort that a tree lacks is an error, so that none drops out of the checks unseen; the small site of empty states
// (empty_site.mjs) lacks many and says so.

import fs from "node:fs";
import path from "node:path";

const KINDS = ["role-model", "volunteer", "video", "coverage", "study", "response", "civility", "culture"];
const PORTAL = {
  "front page": (page) => page.sort === "home",
  "list": (page) => page.sort === "kind" && page.has("page/2/index.html"),
  "list, page 2": (page) => page.sort === "kind" && page.name.includes("/page/2/"),
  "list, one year": (page) => page.sort === "kind" && page.name.includes("/years/"),
  "list, one village": (page) => page.sort === "kind" && page.name.includes("/villages/"),
  "list of role models": (page) => page.sort === "kind" && page.says("listing kind-role-model"),
  "list of videos": (page) => page.sort === "kind" && page.says("listing kind-video"),
  ...Object.fromEntries(KINDS.map((kind) => [`article, ${kind}`, (page) => page.sort === "article" && page.says(`article kind-${kind}`)])),
  "article, video of a platform": (page) => page.sort === "article" && page.says("data-embed"),
  "article, video of its own": (page) => page.sort === "article" && page.says("<video"),
  "article, table": (page) => page.sort === "article" && page.says("<table"),
  "article, gallery": (page) => page.sort === "article" && page.says("gallery-row"),
  "page": (page) => page.name === "about/index.html",
  "handbook": (page) => page.name === "handbook/index.html",
  "handbook, page": (page) => page.name === "handbook/settings/index.html",
  "handbook, charts": (page) => page.name === "handbook/shortcodes/index.html",
  "villages": (page) => page.sort === "villages",
  "village": (page) => page.sort === "term" && page.name.startsWith("villages/"),
  "teams": (page) => page.sort === "teams",
  "team": (page) => page.sort === "term" && page.name.startsWith("teams/"),
  "tags": (page) => page.sort === "tags",
  "tag": (page) => page.sort === "term" && page.name.startsWith("tags/"),
  "archive": (page) => page.sort === "archive",
  "archive, year": (page) => page.sort === "year",
  "statistics": (page) => page.name === "stats/index.html",
  "statistics, year": (page) => /^stats\/\d+\/index/.test(page.name),
  "statistics, half-year": (page) => /^stats\/\d+-h2\/index/.test(page.name),
  "evidence": (page) => page.sort === "evidence" && page.says("evidence-amount"),
  "evidence, something left out": (page) => page.sort === "evidence" && page.says("left-out"),
  "reports": (page) => page.sort === "reports",
  "report, written": (page) => page.name === "reports/2022-h1/index.html",
  "report, generated": (page) => page.name === "reports/2022-h2/index.html",
  "report, issued": (page) => page.name === "reports/2021-h2/index.html",
  "search": (page) => page.sort === "search",
  "not found": (page) => page.sort === "not-found",
};

const EMPTY = {
  "front page": PORTAL["front page"],
  "list": (page) => page.sort === "kind",
  "article, nothing but a title": (page) => page.name.startsWith("role-models/") && page.sort === "article",
  "article, long title": (page) => page.name.startsWith("volunteer/") && page.sort === "article",
  "article, picture high and narrow": (page) => page.name === "culture/narrow/index.html",
  "article, picture low and wide": (page) => page.name === "culture/wide/index.html",
  "video without a poster": (page) => page.name.startsWith("videos/") && page.sort === "article",
  "list of videos": PORTAL["list of videos"],
  "list of role models": PORTAL["list of role models"],
  "village, long name": (page) => page.sort === "term" && page.name.startsWith("villages/"),
  "village without posts": (page) => page.name === "villages/quiet/index.html",
  "villages": PORTAL.villages,
  "tags, 300": PORTAL.tags,
  "statistics": PORTAL.statistics,
  "statistics, half-year": (page) => /^stats\/\d+-h\d\/index/.test(page.name),
  "evidence of nothing": (page) => page.sort === "evidence" && page.says("class=\"?empty"),
  "reports": PORTAL.reports,
  "report": (page) => page.sort === "report",
  "archive": PORTAL.archive,
};

const BARE = { "front page, no posts": PORTAL["front page"], "archive, no posts": PORTAL.archive, "tags, no posts": PORTAL.tags, "search, no posts": PORTAL.search, "not found, no posts": PORTAL["not found"] };

function readable(tree) {
  const names = fs.readdirSync(tree, { recursive: true }).filter((name) => name.endsWith(".html")).sort();
  return names.map((name) => {
    const text = fs.readFileSync(path.join(tree, name), "utf8");
    return {
      name,
      sort: /<body class="?sort-([\w-]*)/.exec(text)?.[1] ?? "",
      says: (words) => new RegExp(words).test(text),
      has: (other) => fs.existsSync(path.join(tree, path.dirname(name), other)),
    };
  });
}

// The paths in the tree of the pages to look at, by what they are.
function chosen(tree, sorts) {
  const pages = readable(tree);
  return new Map(Object.entries(sorts).map(([what, is]) => {
    const page = pages.find(is);
    if (!page) throw new Error(`${tree} has no page for “${what}”`);
    return [what, page.name];
  }));
}

export const ofPortal = (tree) => chosen(tree, PORTAL);
export const ofEmptySite = (tree) => chosen(tree, EMPTY);
export const ofBareSite = (tree) => chosen(tree, BARE);
