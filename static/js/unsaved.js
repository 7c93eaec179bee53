// Forms of the entry pages: Ctrl+S saves, leaving unsaved work warns, and a form is sent once.
export function guard(form, { changed }) {
  let sent = false;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".button.main"));
    }
  });
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    else sent = true;
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sent && changed()) event.preventDefault();
  });
}
