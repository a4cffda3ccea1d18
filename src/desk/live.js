// After every change the desk fetches itself and swaps its contents; what was open, in sight and in focus stays so.
(() => {
  const status = document.getElementById("live");
  const say = (key, time = "") => { status.textContent = status.dataset[key] + time; };
  let busy = false, again = false;

  const open = (main) => new Map([...main.querySelectorAll("details[data-key]")].map((part) => [part.dataset.key, part.open]));
  const handle = (part) => part.getAttribute("href") || part.closest("[data-key]")?.dataset.key;

  function swap(next) {
    const old = document.getElementById("desk");
    if (!next || next.innerHTML === swap.last) return;
    swap.last = next.innerHTML;
    const before = open(old), top = scrollY, active = document.activeElement;
    const focus = old.contains(active) && handle(active);
    for (const part of next.querySelectorAll("details[data-key]")) {
      if (before.has(part.dataset.key)) part.open = before.get(part.dataset.key);
    }
    old.replaceWith(next);
    scrollTo({ top, behavior: "instant" });
    if (focus) [...next.querySelectorAll("a[href], summary")].find((part) => handle(part) === focus)?.focus({ preventScroll: true });
    say("updated", " " + new Date().toLocaleTimeString());
  }

  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("desk"));
    } catch { say("off"); }
    busy = false;
    if (again) { again = false; refresh(); }
  }

  swap.last = document.getElementById("desk").innerHTML;
  const events = new EventSource(status.dataset.events);
  events.onopen = () => { say("on"); refresh(); };
  events.onerror = () => say("off");
  events.onmessage = refresh;
})();
