// The admin's searched fields have no name of their own while nothing is chosen; they take their label's.
function giveName(selection) {
  const select = selection.closest(".select2")?.previousElementSibling;
  const label = select?.labels?.[0];
  const shown = selection.querySelector(".select2-selection__rendered");
  if (!label || !shown) return;
  label.id ||= `${select.id}-label`;
  const names = `${label.id} ${shown.id}`;
  if (selection.getAttribute("aria-labelledby") !== names) selection.setAttribute("aria-labelledby", names);
  if (shown.getAttribute("role") === "textbox") shown.setAttribute("aria-labelledby", label.id);
}

// They are drawn some time after the page has loaded, and again for each row that is added.
new MutationObserver(() => {
  document.querySelectorAll(".select2-selection[role=combobox]").forEach(giveName);
}).observe(document.body, { childList: true, subtree: true });
