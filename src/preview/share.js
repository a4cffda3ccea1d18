/* The buttons on the page of a post that give it to other outlets: into the clipboard, or as a file. Stands on the pages
   of posts in a preview, and on no built page. */
(() => {
  "use strict";
  const script = document.currentScript;
  const home = new URL(".", script.src);
  const { page, label, busy, failed } = script.dataset;

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  /* A shadow tree, so that neither the theme's style nor the preview's reaches the other. */
  const host = element("xiangyin-share", { hidden: true });
  const root = host.attachShadow({ mode: "open" });
  const sheet = element("link", { rel: "stylesheet", href: new URL("share.css", home).href });
  sheet.onload = sheet.onerror = () => { host.hidden = false; };
  const opener = element("button", { type: "button", className: "opener", textContent: label });
  opener.setAttribute("aria-expanded", "false");
  root.append(sheet, opener);
  const complaint = element("p", { className: "complaint" });
  complaint.setAttribute("role", "alert");
  root.append(complaint);
  let panel = null;
  let asked = 0;

  /* Says beside the button why nothing can be shared. */
  function complain(sentence) {
    complaint.textContent = sentence;
  }

  function close() {
    panel?.remove();
    panel = null;
    opener.hidden = false;
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  }

  async function open() {
    let offer;
    try {
      const answer = await fetch(new URL(`share/offer${page}`, home));
      if (!answer.ok) return complain((await answer.text()).trim());
      offer = await answer.json();
    } catch {
      return complain(failed);
    }
    if (panel) return;
    complain("");
    host.lang = offer.lang;
    const outcome = element("div", { className: "outcome" });
    outcome.setAttribute("role", "status");
    const shut = element("button", { type: "button", textContent: offer.close });
    shut.addEventListener("click", close);
    const buttons = offer.outlets.map((outlet) => {
      const button = element("button", { type: "button", textContent: outlet.label });
      button.dataset.outlet = outlet.name;
      if (outlet.refused) {
        button.setAttribute("aria-disabled", "true");
        button.append(element("small", { textContent: outlet.refused }));
      }
      button.addEventListener("click", () => share(outlet, offer, outcome));
      return button;
    });
    panel = element("div", { className: "panel" },
      element("div", { className: "head" }, element("h2", { id: "heading", textContent: offer.heading }), shut),
      element("div", { className: "outlets" }, ...buttons), outcome);
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-labelledby", "heading");
    root.append(panel);
    opener.hidden = true;
    opener.setAttribute("aria-expanded", "true");
    buttons[0]?.focus();
  }

  /* Shows how it went: a sentence, and what to know about the copy. */
  function say(outcome, sentence, remarks = []) {
    outcome.replaceChildren(element("p", { textContent: sentence }));
    if (remarks.length) outcome.append(element("ul", {}, ...remarks.map((text) => element("li", { textContent: text }))));
  }

  async function share(outlet, offer, outcome) {
    if (outlet.refused) return say(outcome, outlet.refused);
    /* What an earlier press brings is no longer wanted. */
    const number = ++asked;
    say(outcome, busy);
    let answer, remarks;
    try {
      answer = await fetch(outlet.url);
      if (number !== asked) return;
      if (!answer.ok) return say(outcome, (await answer.text()).trim());
      remarks = JSON.parse(decodeURIComponent(answer.headers.get("xiangyin-remarks") ?? "[]"));
      if (outlet.form === "file") return say(outcome, outlet.done + await save(answer), remarks);
    } catch {
      if (number === asked) say(outcome, failed);
      return;
    }
    const text = await answer.text();
    if (number !== asked) return;
    const parts = outlet.form === "html" ? { "text/html": text, "text/plain": plainText(text) } : { "text/plain": text };
    if (await copy(parts)) return say(outcome, outlet.done, remarks);
    /* Some browsers copy only while a press of the button lasts; the copy is here by now. */
    say(outcome, "", remarks);
    const again = element("button", { type: "button", textContent: offer.again });
    again.addEventListener("click", async () => {
      if (await copy(parts)) say(outcome, outlet.done, remarks);
    });
    outcome.firstChild.replaceWith(again);
    again.focus();
  }

  async function save(answer) {
    const named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("content-disposition") ?? "");
    const name = named ? decodeURIComponent(named[1]) : "";
    const url = URL.createObjectURL(await answer.blob());
    element("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
    return name;
  }

  /* Not with DOMParser, which would apply the page's policy to the styles and complain. */
  function plainText(html) {
    const signs = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"' };
    const cells = html.replace(/<\/t[dh]>(?=<t[dh])/g, "\t");
    const text = cells.replace(/<br>|<\/(?:p|h\d|li|tr|blockquote|div|section)>/g, "\n").replace(/<[^>]*>/g, "");
    return text.replace(/&(?:amp|lt|gt|quot);/g, (sign) => signs[sign]).trim();
  }

  /* At an address of the network, which is no secure context, browsers have no clipboard for scripts; what the person
     selects can be copied everywhere. Some browsers copy it only while the press of a button lasts, and have the other. */
  async function copy(parts) {
    if (copyBySelection(parts)) return true;
    try {
      const blobs = Object.entries(parts).map(([type, text]) => [type, new Blob([text], { type })]);
      await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
      return true;
    } catch {
      return false;
    }
  }

  function copyBySelection(parts) {
    const field = element("textarea", { value: parts["text/plain"] || " ", readOnly: true });
    Object.assign(field.style, { position: "fixed", top: "0", opacity: "0" });
    let isTaken = false;
    const onCopy = (event) => {
      for (const [type, text] of Object.entries(parts)) event.clipboardData.setData(type, text);
      event.preventDefault();
      event.stopImmediatePropagation();
      isTaken = true;
    };
    const focused = root.activeElement;
    document.body.append(field);
    field.select();
    addEventListener("copy", onCopy, true);
    try {
      return document.execCommand("copy") && isTaken;
    } catch {
      return false;
    } finally {
      removeEventListener("copy", onCopy, true);
      field.remove();
      focused?.focus();
    }
  }

  opener.addEventListener("click", open);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && panel) close();
  });
  document.body.append(host);
})();
