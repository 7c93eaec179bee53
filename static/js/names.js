// The admin's searched fields have no name of their own while nothing is chosen; they take their label's. Open, they
// say which list they lead to, and the input one types into has the same name.
function giveName(selection) {
  const select = selection.closest(".select2")?.previousElementSibling;
  const label = select?.labels?.[0];
  const shown = selection.querySelector(".select2-selection__rendered");
  if (!label || !shown) return;
  label.id ||= `${select.id}-label`;
  set(selection, "aria-labelledby", `${label.id} ${shown.id}`);
  if (shown.getAttribute("role") === "textbox") set(shown, "aria-labelledby", label.id);
  const list = selection.getAttribute("aria-owns");
  if (!list) return;
  set(selection, "aria-controls", list);
  const typed = document.querySelector(`.select2-search__field[aria-controls="${list}"]`);
  if (typed) set(typed, "aria-labelledby", label.id);
}

function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

// They are drawn some time after the page has loaded, and again for each row that is added.
new MutationObserver(() => {
  document.querySelectorAll(".select2-selection[role=combobox]").forEach(giveName);
}).observe(document.body, { childList: true, subtree: true });
