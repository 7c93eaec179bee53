// The grid of a count: Enter and arrows go from cell to cell, each line is added up as one types.
import { guard } from "./unsaved.js";

const form = document.querySelector("form[data-grid=count]");
const rows = form ? [...form.querySelectorAll("tbody tr")] : [];
const cells = rows.map((row) => [...row.querySelectorAll("td input")]);
const slips = Number(form?.dataset.slips);

function add(place) {
  const texts = cells[place].map((cell) => cell.value.normalize("NFKC").trim());
  const filled = texts.some(Boolean);
  const sum = texts.every((text) => /^[0-9]*$/.test(text)) ? texts.reduce((all, text) => all + Number(text), 0) : NaN;
  const output = rows[place].querySelector("[data-sum]");
  output.textContent = !filled || Number.isNaN(sum) ? "—" : sum === slips ? `${sum} ✓` : `${sum} / ${slips}`;
  rows[place].classList.toggle("off", filled && sum !== slips);
}

function tell() {
  const off = rows.filter((row) => row.classList.contains("off")).length;
  const status = form.querySelector("[data-wrong]");
  const text = off ? `${status.dataset.wrong} ${off}` : "";
  if (status.textContent !== text) status.textContent = text;
}

function go(row, column) {
  const cell = cells[row]?.[column];
  if (!cell) return false;
  cell.focus();
  cell.select();
  return true;
}

function ahead(row, column) {
  return go(row, column + 1) || go(row + 1, 0) || form.querySelector(".button.main").focus();
}

cells.forEach((line, row) => {
  line.forEach((cell, column) => {
    cell.addEventListener("focus", () => cell.select());
    cell.addEventListener("input", () => {
      add(row);
      tell();
    });
    cell.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
      if (event.key === "Enter") ahead(row, column);
      else if (event.key === "ArrowDown") go(row + 1, column);
      else if (event.key === "ArrowUp") go(row - 1, column);
      else if (event.key === "ArrowRight" && whole) ahead(row, column);
      else if (event.key === "ArrowLeft" && whole) go(row, column - 1);
      else return;
      event.preventDefault();
    });
  });
  add(row);
});

if (rows.length) {
  form.querySelector(".keys").hidden = false;
  tell();
  guard(form, {
    changed: () => form.hasAttribute("data-unsaved") || cells.flat().some((cell) => cell.value !== cell.defaultValue),
  });
}
