/* The preview's part in the browser: reloads the page when it has changed, exchanges stylesheets without reloading,
   and shows errors over the page. Stands at the end of every page of a preview, and on no built page. */
(() => {
  "use strict";
  const script = document.currentScript;
  const home = new URL(".", script.src);
  const isDesk = "desk" in script.dataset;
  let { version, style } = script.dataset;

  /* Where the reader was, kept over a reload. */
  const key = `xiangyin ${location.pathname}${location.search}`;
  const remember = (name, value) => {
    try { sessionStorage.setItem(name, value); } catch { /* Storage is switched off: the place is lost, nothing else. */ }
  };
  const recall = (name) => {
    try { return sessionStorage.getItem(name); } catch { return null; }
  };

  function restore() {
    const kept = recall(key);
    if (!kept) return;
    try { sessionStorage.removeItem(key); } catch { return; }
    const { x, y, open } = JSON.parse(kept);
    history.scrollRestoration = "manual";
    document.querySelectorAll("details").forEach((details, at) => {
      if (at in open) details.open = open[at];
    });
    const go = () => scrollTo({ left: x, top: y, behavior: "instant" });
    go();
    /* Pictures without a size push the text down when they arrive; the reader's own scrolling counts more. */
    let isMoved = false;
    for (const type of ["wheel", "touchmove", "keydown", "mousedown"]) {
      addEventListener(type, () => { isMoved = true; }, { once: true, passive: true });
    }
    addEventListener("load", () => {
      if (!isMoved) go();
      history.scrollRestoration = "auto";
    }, { once: true });
  }

  /* The editors' panel takes its own changes over; it is told as an event, and says with preventDefault that it does. */
  const isTaken = (detail) => isDesk && !document.dispatchEvent(new CustomEvent("xiangyin", { detail, cancelable: true }));

  function reload(event) {
    if (isTaken("change")) {
      version = event.data;
      return;
    }
    const open = [...document.querySelectorAll("details")].map((details) => details.open);
    remember(key, JSON.stringify({ x: scrollX, y: scrollY, open }));
    disconnect();
    location.reload();
  }

  /* Stylesheets: a published name holds a hash of the content, `style.3f9a0c5d.css`. */
  const plain = (url) => url.pathname.replace(/\.[0-9a-f]{8}\.css$/, ".css");

  function restyle(urls) {
    for (const url of urls.map((text) => new URL(text, location.href))) {
      for (const old of document.querySelectorAll("link[rel~=stylesheet]")) {
        const was = new URL(old.href, location.href);
        if (old.dataset.leaving || was.origin !== url.origin || was.href === url.href || plain(was) !== plain(url)) continue;
        old.dataset.leaving = "true";
        const link = old.cloneNode();
        delete link.dataset.leaving;
        link.href = url.href;
        link.onload = () => old.remove();
        link.onerror = () => { link.remove(); delete old.dataset.leaving; };
        old.after(link);
      }
    }
  }

  /* Errors, in a shadow tree, so that neither the theme's style nor the preview's reaches the other. */
  const dismissed = "xiangyin dismissed";
  let host = null;

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function dismiss(sign) {
    remember(dismissed, sign);
    host?.remove();
    host = null;
  }

  function show(errors) {
    host?.remove();
    host = null;
    /* What is mended is forgotten: the same error made again is shown again. */
    if (!errors.items.length) remember(dismissed, "");
    if (!errors.items.length || isDesk || recall(dismissed) === errors.sign) return;
    host = element("xiangyin-errors", { lang: errors.lang });
    host.hidden = true;
    const root = host.attachShadow({ mode: "open" });
    const sheet = element("link", { rel: "stylesheet", href: new URL("live.css", home).href });
    sheet.onload = sheet.onerror = () => { if (host) host.hidden = false; };
    const close = element("button", { type: "button", textContent: errors.close });
    close.addEventListener("click", () => dismiss(errors.sign));
    const box = element("div", { className: "box" },
      element("div", { className: "head" },
        element("h2", { id: "heading", textContent: errors.heading }),
        element("a", { href: home.href, textContent: errors.panel }),
        close),
      element("p", { textContent: errors.note }),
      element("ol", {}, ...errors.items.map((text) =>
        element("li", {}, element("pre", { textContent: text.trimEnd(), tabIndex: 0 })))));
    if (errors.more) box.append(element("p", { textContent: errors.more }));
    /* An alert is read out where it stands; the focus stays where somebody may be typing. */
    box.setAttribute("role", "alertdialog");
    box.setAttribute("aria-labelledby", "heading");
    box.setAttribute("aria-live", "assertive");
    host.dataset.sign = errors.sign;
    root.append(sheet, box);
    document.body.append(host);
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && host) dismiss(host.dataset.sign);
  });

  /* The connection. A hidden page has none: browsers allow only six to one server. It catches up when it is seen. */
  let source = null;
  let again = 0;

  function disconnect() {
    clearTimeout(again);
    source?.close();
    source = null;
  }

  function connect() {
    disconnect();
    if (document.visibilityState === "hidden") return;
    const asked = new URL("events", home);
    asked.search = new URLSearchParams({ page: location.pathname, version, style });
    source = new EventSource(asked);
    source.addEventListener("reload", reload);
    source.addEventListener("style", (event) => {
      style = event.lastEventId;
      restyle(JSON.parse(event.data));
    });
    source.addEventListener("errors", (event) => show(JSON.parse(event.data)));
    source.addEventListener("open", () => isTaken("on"));
    source.addEventListener("error", () => {
      isTaken("off");
      disconnect();
      again = setTimeout(connect, 1000);
    });
  }

  restore();
  document.addEventListener("visibilitychange", connect);
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
  connect();
})();
