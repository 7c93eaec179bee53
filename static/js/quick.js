// Quick rows by keyboard: a member by initials, Enter goes on, a new row remembers indicator and date.
import { Choice } from "./choice.js";
import { guard } from "./unsaved.js";

const form = document.querySelector("form.quick-form");
const people = JSON.parse(document.getElementById("people")?.textContent ?? "[]");
const earning = JSON.parse(document.getElementById("earning")?.textContent ?? "null");
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
  row.querySelectorAll(".wrong-here, .choice-list, .earns-nothing > *, .row-asked > *").forEach((one) => one.remove());
  for (const control of row.querySelectorAll("[name]")) {
    control.name = control.name.replace(/\d+$/, position);
    control.value = "";
    const label = control.getAttribute("aria-label");
    if (label) control.setAttribute("aria-label", label.replace(/\d+/, position + 1));
    control.removeAttribute("aria-invalid");
    control.removeAttribute("aria-describedby");
  }
  last.after(row);
  prepare(row);
  return row;
}

// --- what earns nothing ----------------------------------------------------------------------------------

// Of the fields that may be left empty the value is that of the row above.
function said(row, name) {
  for (let one = row; one; one = one.previousElementSibling) {
    const { value } = field(one, name);
    if (value) return value.trim();
  }
  return "";
}

function numberOf(text) {
  const wanted = text.trim().toLowerCase();
  const found = people.filter(([name, number]) =>
    [name, number, `${name} ${number}`].some((one) => one.toLowerCase() === wanted),
  );
  return found.length === 1 ? found[0][1] : "";
}

// Says beside the row why it would earn nothing; the server asks before it stores it.
function warn(row) {
  const number = numberOf(field(row, "member").value);
  const code = said(row, "indicator");
  const date = said(row, "date");
  const place = row.querySelector(".earns-nothing");
  if (!number || !code || Number(date.match(/^\d{4}/)?.[0]) !== earning.year) {
    // What the server has said of it stands as long as nothing of it is changed.
    if (place.dataset.of !== `${field(row, "member").value}/${code}/${date}`) tell(place, "");
    return;
  }
  const asked = earning.asked[earning.of[number]] ?? [];
  const why = !asked.includes(code) ? "asked" : earning.waived[number]?.includes(code) ? "waived" : "";
  tell(place, why ? earning.texts[why] : "");
}

function tell(place, text) {
  if (place.textContent.trim() === text) return;
  place.replaceChildren();
  if (!text) return;
  const mark = document.createElement("span");
  mark.className = "mark warn";
  mark.textContent = text;
  place.append(mark);
}

function warnAll() {
  form.querySelectorAll("tbody tr").forEach(warn);
}

// --- keys ------------------------------------------------------------------------------------------------

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
  for (const kind of ["change", "focusin"]) form.querySelector("tbody").addEventListener(kind, warnAll);
  const wrong = form.querySelector("[aria-invalid], .row-asked input:not(:checked)");
  (wrong ?? form.querySelector(".who")).focus();
  guard(form, {
    changed: () => form.hasAttribute("data-unsaved") || [...form.querySelectorAll(".who, .many")].some((one) => one.value !== one.defaultValue),
  });
}
