// Of the drop-downs one is open at a time; it closes when one clicks elsewhere or presses Escape. All open and close
// without this, too.
const drops = [...document.querySelectorAll("details.drop")];

document.addEventListener("click", (event) => {
  for (const drop of drops) {
    if (!drop.contains(event.target)) drop.open = false;
  }
});

for (const drop of drops) {
  drop.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drop.open) {
      drop.open = false;
      drop.querySelector("summary").focus();
    }
  });
}
