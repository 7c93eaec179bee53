// Quick rows by keyboard: a member by initials, Enter goes on, a new row remembers indicator and date.
import { Choice } from "./choice.js";
import { guard } from "./unsaved.js";

const form = document.querySelector("form.quick-form");
const people = JSON.parse(document.getElementById("people")?.textContent ?? "[]");
const choices = new Map();

// --- rows ----------------------------------------------------------------------------------------------

function rowOf(element) {
  return element.closest("tr");
}

function field(row, name) {
  return row.querySelector(`[name^="${name}-"]`);
}

function prepare(row) {
  const who = field(row, "member");
  choices.set(who, new Choice(who, people, () => field(row, "quantity").focus()));
  who.addEventListener("focus", () => remember(row));
}

// What the row above says is taken over where this one says nothing.
function remember(row) {
  const above = row.previousElementSibling;
  if (!above) return;
  for (const name of ["indicator", "date"]) {
    if (!field(row, name).value) field(row, name).value = field(above, name).value;
  }
}

function added(last) {
  const row = last.cloneNode(true);
  const position = Number(last.dataset.row) + 1;
  row.dataset.row = position;
  row.querySelectorAll(".wrong-here, .choice-list").forEach((one) => one.remove());
  for (const control of row.querySelectorAll("[name]")) {
    control.name = control.name.replace(/\d+$/, position);
    control.value = "";
    control.setAttribute("aria-label", control.getAttribute("aria-label").replace(/\d+/, position + 1));
    control.removeAttribute("aria-invalid");
    control.removeAttribute("aria-describedby");
  }
  last.after(row);
  prepare(row);
  return row;
}

function next(row) {
  field(row.nextElementSibling ?? added(row), "member").focus();
}

function keyed(event) {
  const { target } = event;
  const choice = choices.get(target);
  if (choice?.keyed(event)) return;
  if (event.key === "Enter" && target.matches("input, select")) {
    event.preventDefault();
    if (choice) field(rowOf(target), "quantity").focus();
    else next(rowOf(target));
  }
}

if (form) {
  form.querySelectorAll("tbody tr").forEach(prepare);
  form.querySelector("tbody").addEventListener("keydown", keyed);
  form.querySelector(".keys").hidden = false;
  const wrong = form.querySelector("[aria-invalid]");
  (wrong ?? form.querySelector(".who")).focus();
  guard(form, {
    changed: () => form.hasAttribute("data-unsaved") || [...form.querySelectorAll(".who, .many")].some((one) => one.value !== one.defaultValue),
  });
}
