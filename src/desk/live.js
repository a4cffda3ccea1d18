// After every change the desk fetches itself and swaps its contents; what was open, in sight and in focus stays so.
// The preview's own script holds the connection and tells of it by events called "xiangyin".
(() => {
  "use strict";
  const status = document.getElementById("live");
  const say = (key, time = "") => { status.textContent = status.dataset[key] + time; };
  let shown = document.getElementById("desk").innerHTML;
  let isBusy = false;
  let again = false;

  const parts = (main) => [...main.querySelectorAll("details[data-key]")];
  const handle = (element) => element.getAttribute("href") || element.closest("[data-key]")?.dataset.key;

  function swap(next) {
    const old = document.getElementById("desk");
    if (!next || next.innerHTML === shown) return;
    shown = next.innerHTML;
    const open = new Map(parts(old).map((part) => [part.dataset.key, part.open]));
    for (const part of parts(next)) part.open = open.get(part.dataset.key) ?? part.open;
    const focused = old.contains(document.activeElement) && handle(document.activeElement);
    const lists = new Map([...old.querySelectorAll(".long")].map((list) => [list.getAttribute("aria-labelledby"), list.scrollTop]));
    const top = scrollY;
    old.replaceWith(next);
    for (const list of next.querySelectorAll(".long")) list.scrollTop = lists.get(list.getAttribute("aria-labelledby")) ?? 0;
    scrollTo({ top, behavior: "instant" });
    const same = focused && [...next.querySelectorAll("a[href], summary")].find((element) => handle(element) === focused);
    if (same) same.focus({ preventScroll: true });
    say("updated", ` ${new Date().toLocaleTimeString(document.documentElement.lang)}`);
  }

  async function refresh() {
    again = isBusy;
    if (isBusy) return;
    isBusy = true;
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok) swap(page.getElementById("desk"));
    } catch { say("off"); }
    isBusy = false;
    if (again) refresh();
  }

  document.addEventListener("xiangyin", (event) => {
    event.preventDefault();
    if (event.detail === "change") refresh();
    else say(event.detail);
  });
})();
