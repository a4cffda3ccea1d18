// Reads the page aloud (Web Speech): the title and the text, or where there is no text all of the page, piece by piece.
// The piece that is being read is marked with `data-aloud`. A second click, Escape or leaving the page ends it.
(function (speech) {
  var button = document.querySelector("[data-read]");
  if (!speech || !button) return;
  var PIECES = "h1, h2, h3, h4, p, li, dt, dd, figcaption, caption, tr";
  var left = [], marked = null;

  function pieces() {
    var main = document.querySelector("main"), texts = main.querySelectorAll(".prose");
    var places = texts.length ? [].concat([].slice.call(main.querySelectorAll("h1")), [].slice.call(texts)) : [main];
    var all = places.reduce(function (all, place) {
      return all.concat(place.matches(PIECES) ? [place] : [].slice.call(place.querySelectorAll(PIECES)));
    }, []);
    // Of pieces within each other the outermost; nothing that is folded away, and no ways to other pages.
    return all.filter(function (piece) {
      return !piece.parentElement.closest(PIECES) && piece.getClientRects().length && !piece.closest("nav, form");
    });
  }
  function mark(piece) {
    if (marked) marked.removeAttribute("data-aloud");
    marked = piece;
    if (!piece) return;
    piece.setAttribute("data-aloud", "");
    piece.scrollIntoView({ block: "nearest" });
  }
  function end() {
    left = [];
    mark(null);
    speech.cancel();
    button.setAttribute("aria-pressed", "false");
  }
  function next() {
    var piece = left.shift();
    if (!piece) return end();
    // One piece, one utterance: browsers break off long ones.
    var utterance = new SpeechSynthesisUtterance(piece.innerText);
    utterance.lang = (piece.closest("[lang]") || document.documentElement).lang;
    utterance.onend = function () { if (marked === piece) next(); };
    utterance.onerror = function () { if (marked === piece) end(); };
    mark(piece);
    speech.speak(utterance);
  }
  button.addEventListener("click", function () {
    if (button.getAttribute("aria-pressed") === "true") return end();
    left = pieces();
    button.setAttribute("aria-pressed", "true");
    next();
  });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape" && marked) end(); });
  addEventListener("pagehide", end);
})(window.speechSynthesis);
