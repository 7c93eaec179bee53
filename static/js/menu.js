// The account menu closes when one clicks elsewhere or presses Escape; it opens and closes without this, too.
for (const menu of document.querySelectorAll("details.site-menu")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
