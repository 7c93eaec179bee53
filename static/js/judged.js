// The grid of judged standards: up and down go through a column.
import { guard } from "./unsaved.js";

const form = document.querySelector("form[data-grid=judged]");
const inputs = form ? [...form.querySelectorAll("td input:not([type=hidden])")] : [];

for (const input of inputs) {
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.altKey) return;
    const { cellIndex } = input.closest("td");
    const kind = input.classList.contains("why") ? ".why" : ".percent";
    let row = input.closest("tr");
    do {
      row = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    } while (row && !row.cells[cellIndex]?.querySelector(kind));
    if (row) {
      event.preventDefault();
      row.cells[cellIndex].querySelector(kind).select();
    }
  });
}

if (inputs.length) {
  guard(form, {
    changed: () => form.hasAttribute("data-unsaved") || inputs.some((input) => input.value !== input.defaultValue),
  });
}
