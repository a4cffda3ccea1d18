// The search page. Loads what a query needs of /search/*.js (formats: src/search/mod.rs) and shows what it finds.
// First half: the lookup, which knows no page and is tested by itself. Second half: the page.
const XiangyinSearch = (() => {
  // One form for full-width and half-width, capital and small letters; the index is made of the same (fold.rs).
  const GAP = /[\t\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
  const NOTHING = /[\0-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/;
  const WIDE = "\u2e80", CJK = /[\u4e00-\u9fff]/, ASCII = /^[!-~]{3}$/;
  const SHARDS_A_QUERY = 8;

  // The folded characters of a text, and for each where it comes from: `text` from `from[i]` to `to[i]`.
  function fold(text) {
    const chars = [], from = [], to = [];
    let gap = false, at = 0;
    for (const c of text) {
      const start = at;
      at += c.length;
      if (c === "\n") {
        gap = false;
        if (chars.length && chars[chars.length - 1] !== "\n") put("\n", start);
        continue;
      }
      for (const f of CJK.test(c) ? c : c.normalize("NFKC").toLowerCase()) {
        if (GAP.test(f)) { gap = true; continue; }
        if (NOTHING.test(f)) continue;
        const last = chars.length ? chars[chars.length - 1] : "\n";
        if (gap && last !== "\n" && last < WIDE && f < WIDE) put(" ", start);
        gap = false;
        put(f, start);
      }
    }
    function put(c, start) { chars.push(c); from.push(start); to.push(at); }
    return { chars, from, to };
  }

  const isSign = (c) => c !== "\n" && c !== " ";

  // The words of a query, each as its folded characters.
  function terms(query) {
    const words = query.normalize("NFC").split(/\s+/).map((word) => fold(word).chars);
    const seen = new Set();
    return words.filter((word) => {
      const text = word.join("");
      return word.some(isSign) && !seen.has(text) && seen.add(text);
    }).slice(0, SHARDS_A_QUERY);
  }

  // What to look up for a word: its pairs of neighbours, and its triples where they are ASCII, which say more; at most
  // `most` of them, spread evenly.
  function keys(term, most) {
    const parts = new Set(), isTriple = (i) => i > 1 && ASCII.test(term.slice(i - 2, i + 1).join(""));
    for (let i = 1; i < term.length; i++) {
      if (isTriple(i)) parts.add(term[i - 2] + term[i - 1] + term[i]);
      else if (!isTriple(i + 1) && isSign(term[i - 1]) && isSign(term[i])) parts.add(term[i - 1] + term[i]);
    }
    const found = [...(parts.size ? parts : new Set(term.filter(isSign)))];
    if (found.length <= most) return found;
    return Array.from({ length: most }, (_, i) => found[Math.round(i * (found.length - 1) / Math.max(1, most - 1))]);
  }

  const isOneKey = (word) => word.every(isSign) && (word.length < 3 || word.length === 3 && ASCII.test(word.join("")));

  function shardOf(key, overview) {
    let [a, b = 0, c] = Array.from(key, (one) => one.codePointAt(0));
    const isSingle = !b;
    if (c) [a, b] = [a << 14 | b << 7 | c, 0x1fffff];
    let hash = Math.imul(a, 0x9e3779b1) + b | 0;
    hash = Math.imul(hash ^ hash >>> 15, 0x85ebca6b);
    hash = (hash ^ hash >>> 13) >>> 0;
    return isSingle ? overview.pairs + hash % overview.singles : hash % overview.pairs;
  }

  // Digits, numbers and lists as digits.rs writes them.
  const digit = (text, i) => { const code = text.charCodeAt(i); return code - 35 - (code > 92); };
  function* numbers(text) {
    for (let i = 0, sum = 0, weight = 1; i < text.length; i++) {
      const value = digit(text, i);
      sum += weight * value;
      weight *= 32;
      if (value < 59) { yield sum; sum = 0; weight = 1; }
    }
  }
  function list(text) {
    const found = [];
    if (text[0] === "!") {
      for (let i = 1; i < text.length; i++)
        for (let bit = 0, bits = digit(text, i); bits >> bit; bit++)
          if (bits >> bit & 1) found.push((i - 1) * 6 + bit);
      return found;
    }
    let next = 0;
    for (const step of numbers(text)) { found.push(next + step); next += step + 1; }
    return found;
  }

  const common = (lists) => lists.reduce((a, b) => { const set = new Set(b); return a.filter((one) => set.has(one)); });

  // An index whose files `load(part)` gives.
  function open(load) {
    let ready;
    const overview = () => ready = ready || load("overview").then((m) => {
      m.kind = [...numbers(m.of)];
      m.year = m.years.flatMap(([year, count]) => Array(count).fill(year));
      return m;
    }).catch((fault) => { ready = null; throw fault; });

    // Documents that may have all words of a query, best first; `exact` when they surely have.
    async function find(query) {
      const m = await overview(), words = terms(query);
      if (!words.length) return { words, documents: [], exact: true, overview: m };
      const most = Math.floor(SHARDS_A_QUERY / words.length);
      const score = new Map();
      const lists = await Promise.all(words.map(async (word) => {
        const wanted = keys(word, most);
        const entries = await Promise.all(wanted.map(async (key) => {
          const shard = await load("index/" + shardOf(key, m));
          return (Object.hasOwn(shard, key) ? shard[key] : "").split(" ").map(list);
        }));
        const [all, title, often] = [0, 1, 2].map((i) => common(entries.map((entry) => entry[i] || [])));
        title.forEach((one) => score.set(one, (score.get(one) || 0) + 2));
        often.forEach((one) => score.set(one, (score.get(one) || 0) + 1));
        return all;
      }));
      const rank = (one) => score.get(one) || 0;
      const documents = common(lists).sort((a, b) => rank(b) - rank(a) || b - a);
      return { words, documents, exact: words.every(isOneKey), overview: m };
    }

    // What is shown of a document; null when it does not have the words after all.
    async function read(document, words) {
      const m = await overview(), together = m.together;
      const texts = await load("texts/" + Math.floor(document / together));
      const [address, title, date, text] = texts[document % together];
      const inTitle = hits(title, words), inText = hits(text, words);
      if (!words.every((_, i) => inTitle[i].length || inText[i].length)) return null;
      const kind = m.kinds[m.kind[document]];
      return { address, date, kind, title: marked(title, inTitle.flat()), passage: passage(text, inText) };
    }
    return { overview, find, read };
  }

  // Where each word stands in a text: [[[from, to], …], …].
  function hits(text, words) {
    const folded = fold(text), { chars } = folded;
    return words.map((word) => {
      const found = [];
      for (let i = chars.indexOf(word[0]); i >= 0; i = chars.indexOf(word[0], i + 1))
        if (word.every((c, k) => chars[i + k] === c)) found.push([folded.from[i], folded.to[i + word.length - 1]]);
      return found;
    });
  }

  // A text as pieces, those within `spans` marked.
  function marked(text, spans) {
    const pieces = [];
    let done = 0;
    for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
      if (to <= done) continue;
      if (from > done) pieces.push([text.slice(done, from), false]);
      pieces.push([text.slice(Math.max(from, done), to), true]);
      done = to;
    }
    return [...pieces, [text.slice(done), false]].filter(([piece]) => piece);
  }

  const BEFORE = 24, LENGTH = 120;

  // The part of a text that has the most of the words, marked.
  function passage(text, inText) {
    const all = inText.flatMap((spans, word) => spans.slice(0, 200).map(([from, to]) => ({ from, to, word })));
    const near = (hit) => new Set(all.filter((o) => o.from >= hit.from && o.to <= hit.from + LENGTH - BEFORE).map((o) => o.word)).size;
    let best = null, most = 0;
    for (const hit of all.sort((a, b) => a.from - b.from)) {
      const count = near(hit);
      if (count > most) { best = hit; most = count; }
    }
    const first = best ? best.from : 0;
    // From the start of its sentence, where that is near.
    const lead = text.slice(Math.max(0, first - BEFORE), first);
    const cut = Math.max(...["。", "！", "？", "；", "\n"].map((c) => lead.lastIndexOf(c)));
    let start = first - lead.length + (cut + 1);
    let end = Math.min(text.length, Math.max(start + LENGTH, best ? best.to : 0));
    // Never half of a character.
    if (/[\udc00-\udfff]/.test(text[start] || "")) start++;
    if (/[\udc00-\udfff]/.test(text[end] || "")) end--;
    const spans = all.filter((o) => o.from >= start && o.to <= end).map((o) => [o.from - start, o.to - start]);
    const pieces = marked(text.slice(start, end), spans).map(([piece, is]) => [piece.replace(/([。！？；：，、）》”])\n/g, "$1").replace(/\n/g, "　"), is]);
    if (start > 0 && cut < 0) pieces.unshift(["…", false]);
    if (end < text.length) pieces.push(["…", false]);
    return pieces;
  }

  return { open, fold, terms };
})();

// The page.
if (typeof document !== "undefined") (() => {
  const page = document.querySelector("[data-search]");
  if (!page) return;
  const words = page.dataset, at = (name) => page.querySelector("." + name);
  const form = page.querySelector("form"), field = form.elements.q, kind = form.elements.kind, year = form.elements.year;
  const status = at("search-status"), results = at("search-results"), more = at("search-more");
  const lang = document.documentElement.lang;
  const dates = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "long" });
  const A_PAGE = 8, ROUNDS = 3, PAUSE = 150;

  // Files come as scripts that call back: unlike fetch, that also works when the page was opened from a disk.
  const folder = words.search.replace(/overview\.js$/, "");
  const given = {}, asked = {};
  let version = "";
  window.xiangyinSearch = (part, payload) => { given[part] = payload; };
  function load(part) {
    return asked[part] = asked[part] || new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = folder + part + ".js" + version;
      script.onload = () => {
        if (part === "overview") version = "?v=" + given[part].version;
        done(given[part]);
      };
      script.onerror = () => { delete asked[part]; failed(new Error(part)); };
      document.head.append(script);
    });
  }

  const index = XiangyinSearch.open(load);
  let turn = 0, found = null, queue = [], shown = 0;

  async function search() {
    const mine = ++turn, query = field.value;
    keep();
    if (!XiangyinSearch.terms(query).length) {
      found = null;
      results.replaceChildren();
      more.hidden = true;
      at("search-filters").hidden = true;
      status.textContent = "";
      return;
    }
    page.setAttribute("aria-busy", "true");
    try {
      const answer = await index.find(query);
      if (mine !== turn) return;
      found = answer;
      offer();
      await list();
    } catch (fault) {
      if (mine === turn) {
        results.replaceChildren();
        more.hidden = true;
        status.textContent = words.failed;
      }
    } finally {
      if (mine === turn) page.removeAttribute("aria-busy");
    }
  }

  // The kinds and years of what was found; what is chosen stays, even where nothing of it was found.
  function offer() {
    const m = found.overview;
    const count = (of) => found.documents.reduce((sum, one) => sum.set(of[one], (sum.get(of[one]) || 0) + 1), new Map());
    const kinds = count(m.kind), years = count(m.year);
    fill(kind, m.kinds.map((label, i) => [label, label, kinds.get(i) || 0]));
    const all = [...new Set(m.year)].filter(Boolean).sort((a, b) => b - a);
    fill(year, all.map((one) => [String(one), words.year.replace("{year}", one), years.get(one) || 0]));
    at("search-filters").hidden = false;
  }
  function fill(select, options) {
    const chosen = select.value || select.dataset.wanted || "";
    delete select.dataset.wanted;
    const every = select.options[0];
    select.replaceChildren(every, ...options.filter(([value, , n]) => n || value === chosen).map(([value, label, n]) => {
      return new Option(label + "（" + n + "）", value);
    }));
    select.value = chosen;
    if (select.selectedIndex < 0) select.value = "";
  }

  // The first results of what was found, as far as the filters let it through.
  async function list() {
    const m = found.overview;
    queue = found.documents.filter((one) =>
      (!kind.value || m.kinds[m.kind[one]] === kind.value) && (!year.value || String(m.year[one]) === year.value));
    shown = 0;
    const items = await next();
    if (items) results.replaceChildren(...items);
  }

  // Reads the texts of a page of results, of more where none of them has the words; null when another query came meanwhile.
  async function next() {
    const mine = turn, of = queue, items = [];
    for (let round = 0; round < ROUNDS && !items.length && of.length; round++) {
      const some = of.splice(0, A_PAGE);
      const read = await Promise.all(some.map((one) => index.read(one, found.words)));
      if (mine !== turn || of !== queue) return null;
      items.push(...read.filter(Boolean).map(item));
    }
    shown += items.length;
    more.hidden = !of.length;
    const total = shown + of.length;
    const sentence = found.exact || !of.length ? words.count : words.about;
    status.textContent = total ? sentence.replace("{n}", total) : words.none;
    return items;
  }

  function item(result) {
    const entry = document.createElement("li"), title = document.createElement("h2"), link = document.createElement("a");
    title.className = "card-title";
    link.href = address(result.address);
    link.append(...result.title.map(piece));
    title.append(link);
    const meta = document.createElement("p"), name = document.createElement("span");
    meta.className = "meta";
    name.textContent = result.kind;
    meta.append(name);
    if (result.date) {
      const time = document.createElement("time");
      time.dateTime = result.date;
      time.textContent = dates.format(new Date(result.date.slice(0, 10) + "T00:00"));
      meta.append(time);
    }
    const passage = document.createElement("p");
    passage.className = "search-passage";
    passage.append(...result.passage.map(piece));
    entry.append(title, meta, passage);
    return entry;
  }
  function piece([text, isMatch]) {
    if (!isMatch) return document.createTextNode(text);
    const mark = document.createElement("mark");
    mark.textContent = text;
    return mark;
  }
  // In a site that lies in any folder, the root is named by its file.
  function address(path) {
    const root = words.root.replace(/index\.html$/, "");
    return root + path + (root !== words.root && /^$|\/$/.test(path) ? "index.html" : "");
  }

  function keep() {
    const asks = new URLSearchParams();
    for (const part of [field, kind, year]) {
      const value = part.value || part.dataset.wanted;
      if (value) asks.set(part.name, value);
    }
    const query = asks.toString();
    try { history.replaceState(null, "", location.pathname + (query && "?" + query)); } catch (e) { /* from a disk, some browsers refuse */ }
  }

  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(search, PAUSE); };
  field.addEventListener("input", (event) => { if (!event.isComposing) soon(); });
  field.addEventListener("compositionend", soon);
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); search(); });
  for (const filter of [kind, year]) filter.addEventListener("change", () => { keep(); if (found) list().catch(() => { status.textContent = words.failed; }); });
  more.addEventListener("click", async () => {
    try {
      const items = await next();
      if (!items) return;
      results.append(...items);
      if (items.length) items[0].querySelector("a").focus();
    } catch (fault) {
      status.textContent = words.failed;
    }
  });

  // "/" goes to the field; arrows go from result to result.
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const here = document.activeElement, isTyping = here.matches("input, select, textarea, [contenteditable]");
    if (event.key === "/" && !isTyping) {
      event.preventDefault();
      field.focus();
      field.select();
      return;
    }
    const links = [...results.querySelectorAll("a")], place = links.indexOf(here);
    if (here !== field && place < 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && place >= 0) field.focus();
    else if (step && (place >= 0 || step > 0)) {
      const to = links[place + step] || (place + step < 0 ? field : null);
      if (to) { event.preventDefault(); to.focus(); }
    }
  });

  const asked_for = new URLSearchParams(location.search);
  field.value = asked_for.get("q") || "";
  for (const filter of [kind, year]) filter.dataset.wanted = asked_for.get(filter.name) || "";
  if (field.value) search(); else field.focus({ preventScroll: true });
})();
