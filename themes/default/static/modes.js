// The reader's modes: text size, contrast, dark. Loaded in the head, so that nothing flickers;
// kept in localStorage ("xy-size" …), they stand on <html> as data-* for the style sheet.
(function (root, names) {
  var dark = window.matchMedia ? matchMedia("(prefers-color-scheme: dark)") : {};
  function read(name) { try { return localStorage.getItem("xy-" + name) || ""; } catch (e) { return ""; } }
  function set(name, value) {
    if (value) root.setAttribute("data-" + name, value); else root.removeAttribute("data-" + name);
  }
  function keep(name, value) { try { localStorage.setItem("xy-" + name, value); } catch (e) {} }
  function now(name) {
    return root.getAttribute("data-" + name) || (name === "theme" && dark.matches ? "dark" : "");
  }
  set("script", "on");
  set("speech", "speechSynthesis" in window ? "on" : "");
  names.forEach(function (name) { set(name, read(name)); });

  document.addEventListener("DOMContentLoaded", function () {
    var buttons = [].slice.call(document.querySelectorAll("[data-mode]"));
    function show() {
      buttons.forEach(function (b) {
        b.setAttribute("aria-pressed", String(now(b.dataset.mode) === b.dataset.value));
      });
    }
    buttons.forEach(function (b) {
      b.addEventListener("click", function () {
        var name = b.dataset.mode, value = b.dataset.value;
        if (name !== "size" && now(name) === value) value = name === "theme" ? "light" : "";
        set(name, value);
        keep(name, value);
        show();
      });
    });
    show();
    if (dark.addEventListener) dark.addEventListener("change", show);
    [].forEach.call(document.querySelectorAll("[data-print]"), function (b) {
      b.addEventListener("click", function () { print(); });
    });
    // An open menu group closes on a click elsewhere or Escape, which gives the focus back to its name.
    function close(event) {
      document.querySelectorAll(".menu-group[open]").forEach(function (group) {
        var escaped = event.key === "Escape";
        if (escaped && group.contains(document.activeElement)) group.querySelector("summary").focus();
        if (escaped || (!event.key && !group.contains(event.target))) group.open = false;
      });
    }
    document.addEventListener("click", close);
    document.addEventListener("keydown", close);
  });
})(document.documentElement, ["size", "contrast", "theme"]);
