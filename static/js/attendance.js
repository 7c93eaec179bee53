// Marking a list by keys and buttons. Without this the list is a plain form; what is shown here is hidden there.
const form = document.querySelector("form[data-attendance]");
const rows = [...form?.querySelectorAll("tr[data-initials]") ?? []];
const list = form?.querySelector(".list");
const save = form?.querySelector("button[value=save]");
const radios = (row) => [...row.querySelectorAll("input[type=radio]")];
const marked = (row) => radios(row).find((radio) => radio.checked);
let dirty = form?.hasAttribute("data-unsaved") ?? false;
let sought = "";
let soughtAt = 0;

function count() {
  const counts = { none: 0 };
  for (const row of rows) {
    const mark = marked(row)?.value ?? "none";
    counts[mark] = (counts[mark] ?? 0) + 1;
  }
  counts.due = rows.length - (counts.exempt ?? 0);
  for (const total of form.querySelectorAll("[data-total]")) total.textContent = counts[total.dataset.total] ?? 0;
}

function mark(row, value) {
  for (const radio of radios(row)) radio.checked = radio.value === value;
  dirty = true;
}

function go(row) {
  if (!row) return;
  (marked(row) ?? radios(row)[0]).focus();
  row.scrollIntoView({ block: "nearest" });
}

// The next member whose initials begin with what was typed within the last second.
function seek(letter, from) {
  const now = Date.now();
  sought = now - soughtAt < 1000 ? sought + letter : letter;
  soughtAt = now;
  const start = sought.length > 1 ? from : from + 1;
  const order = [...rows.slice(Math.max(start, 0)), ...rows.slice(0, Math.max(start, 0))];
  go(order.find((row) => row.dataset.initials.startsWith(sought)));
}

// An input method in Chinese tells the key that was pressed by its place only.
function letterOf(event) {
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  return event.key === "Process" && event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
}

function press(event) {
  if (event.target.matches("input:not([type=radio]), textarea, select")) return;
  const at = rows.indexOf(event.target.closest("tr"));
  const letter = letterOf(event);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    go(rows[Math.min(Math.max(at + step, 0), rows.length - 1)]);
  } else if (at >= 0 && /^[0-4]$/.test(event.key)) {
    mark(rows[at], radios(rows[at])[event.key - 1]?.value);
    go(rows[at]);
    sought = "";
    count();
  } else if (letter) {
    seek(letter, at);
  } else {
    return;
  }
  event.preventDefault();
}

if (form) {
  for (const hidden of form.querySelectorAll(".list [hidden]")) hidden.hidden = false;
  const all = form.querySelector("[data-all]");
  // Who is exempt stays so: nobody expected them.
  all?.addEventListener("click", () => {
    for (const row of rows) if (marked(row)?.value !== "exempt") mark(row, all.dataset.all);
    count();
    go(rows[0]);
  });
  for (const button of form.querySelectorAll("[data-rest]")) {
    button.addEventListener("click", () => {
      for (const row of rows) if (!marked(row)) mark(row, button.dataset.rest);
      button.closest("details").open = false;
      count();
    });
  }
  form.addEventListener("input", () => {
    dirty = true;
    count();
  });
  form.addEventListener("submit", () => {
    dirty = false;
  });
  list?.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) press(event);
  });
  document.addEventListener("keydown", (event) => {
    if (save && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(save);
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
  if (form.hasAttribute("data-new")) all?.focus();
}
