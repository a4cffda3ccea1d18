// Videos on a platform: a click on the link loads the platform's player in its place. Nothing is asked of a third
// party before that, and without this script the link simply leads to the platform.
document.addEventListener("click", function (event) {
  var link = event.target.closest && event.target.closest("a.video-link");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  var address = link.getAttribute("data-embed");
  if (!address || address.indexOf("https://") !== 0) return;
  event.preventDefault();
  var frame = document.createElement("iframe");
  frame.src = address;
  frame.title = link.getAttribute("data-title") || link.textContent.trim();
  frame.width = 1280;
  frame.height = 720;
  frame.allow = "fullscreen; picture-in-picture; encrypted-media";
  frame.allowFullscreen = true;
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  link.replaceWith(frame);
  frame.focus();
});
