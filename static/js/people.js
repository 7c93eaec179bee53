// Forms of one record in which members are typed: fields that name in `data-people` whom they offer.
import { Choice } from "./choice.js";
import { guard } from "./unsaved.js";

const form = document.querySelector("form.entry-form");

function next(input) {
  const fields = [...form.elements].filter((one) => one.type !== "hidden");
  fields[fields.indexOf(input) + 1]?.focus();
}

if (form) {
  for (const input of form.querySelectorAll("[data-people]")) {
    const people = JSON.parse(document.getElementById(input.dataset.people).textContent);
    const choice = new Choice(input, people, () => next(input));
    input.addEventListener("keydown", (event) => choice.keyed(event));
  }
  form.querySelector("[aria-invalid]")?.focus();
  guard(form, {
    changed: () => form.hasAttribute("data-unsaved") || [...form.querySelectorAll("input:not([type=hidden])")].some((one) => one.value !== one.defaultValue),
  });
}
