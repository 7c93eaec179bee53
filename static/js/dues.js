// The dues grid by clicks and keys: every choice becomes a button that goes on to the next state.
import { guard } from "./unsaved.js";

const form = document.querySelector("form[data-grid=dues]");
const selects = form ? [...form.querySelectorAll("td select")] : [];
const buttons = new Map();

function word(select) {
  return select.selectedOptions[0].textContent;
}

function changed(select) {
  const first = [...select.options].find((option) => option.defaultSelected) ?? select.options[0];
  return select.value !== first.value;
}

function show(select) {
  const button = buttons.get(select);
  const [sign, ...rest] = word(select);
  button.textContent = sign;
  button.setAttribute("aria-label", `${select.getAttribute("aria-label")}:${rest.join("")}`);
  button.classList.toggle("changed", changed(select));
  select.closest("td").className = select.closest("td").className.replace(/state-\w+/, `state-${select.value || "none"}`);
}

function set(select, value) {
  select.value = value;
  show(select);
  const pending = form.querySelector("[data-pending]");
  const count = selects.filter(changed).length;
  pending.textContent = count ? `${pending.dataset.pending} ${count}` : "";
}

function enter(select) {
  for (const button of buttons.values()) button.tabIndex = -1;
  const button = buttons.get(select);
  button.tabIndex = 0;
  button.focus();
}

function move(select, down, right) {
  const rows = [...form.querySelectorAll("tr:has(td select)")];
  let row = rows.indexOf(select.closest("tr"));
  let column = select.closest("td").cellIndex;
  for (;;) {
    row += down;
    column += right;
    const cell = rows[row]?.cells[column];
    if (!cell) return;
    const next = cell.querySelector("select");
    if (next) return enter(next);
  }
}

const STEPS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
const VALUES = { 0: "", 1: "paid", 2: "late" };

for (const select of selects) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "cell";
  button.tabIndex = buttons.size ? -1 : 0;
  buttons.set(select, button);
  button.addEventListener("click", () => {
    const next = (select.selectedIndex + 1) % select.options.length;
    set(select, select.options[next].value);
  });
  button.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in STEPS) move(select, ...STEPS[event.key]);
    else if (event.key in VALUES) set(select, VALUES[event.key]);
    else return;
    event.preventDefault();
  });
  select.hidden = true;
  select.before(button);
  // What a question links to is the button now.
  button.id = select.id;
  select.removeAttribute("id");
  show(select);
}

for (const fill of form?.querySelectorAll("button.fill") ?? []) {
  fill.addEventListener("click", (event) => {
    event.preventDefault();
    for (const select of form.querySelectorAll(`tbody[data-asked] select[name$="-${fill.value}"]`)) {
      if (select.value === "") set(select, "paid");
    }
  });
}

if (selects.length) {
  const keys = form.querySelector(".keys");
  if (keys) keys.hidden = false;
  guard(form, { changed: () => form.hasAttribute("data-unsaved") || selects.some(changed) });
}
