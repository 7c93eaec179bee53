// The results under review: remarks that are typed and not stored are not lost unnoticed.
import { guard } from "./unsaved.js";

const form = document.querySelector("form[data-grid=review]");

if (form) {
  const typed = [...form.querySelectorAll("td input, textarea")];
  guard(form, { changed: () => form.hasAttribute("data-unsaved") || typed.some((one) => one.value !== one.defaultValue) });
}
