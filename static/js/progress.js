// Long work, as imports and orders of notices: how far the server has got, while the browser waits for its answer or for who comes back.
const AGAIN = 400;
// So many times without an answer, and it is not asked any more: the session may have ended.
const MISSED = 50;

class Watch {
  #box;
  #left = true;

  constructor(box) {
    this.#box = box;
  }

  // Watch until the page is left; `ended` is called once nothing is under way any more.
  async begin(ended) {
    let missed = 0;
    this.#left = false;
    this.#box.hidden = false;
    while (!this.#left && missed < MISSED) {
      await new Promise((go) => setTimeout(go, Number(this.#box.dataset.every) || AGAIN));
      const told = await this.#ask();
      missed = told ? 0 : missed + 1;
      if (told?.phase) this.#show(told);
      else if (told && ended) return ended();
      if (told?.stalled) return;
    }
  }

  end() {
    this.#left = true;
    this.#box.hidden = true;
  }

  // What is told; without a phase where nothing is under way, undefined where there was no answer.
  async #ask() {
    try {
      const answer = await fetch(this.#box.dataset.address, { redirect: "error" });
      return answer.status === 404 ? {} : await answer.json();
    } catch {
      return undefined;
    }
  }

  #show(told) {
    const bar = this.#box.querySelector("progress");
    if (bar) {
      bar.max = Math.max(1, told.total);
      bar.value = told.done;
      bar.hidden = Boolean(told.stalled);
    }
    this.#box.querySelector(".figure").textContent = told.stalled ? "" : told.figure;
    const status = this.#box.querySelector("[role=status]");
    const said = told.stalled || told.label;
    if (status.textContent !== said) status.textContent = said;
    status.classList.toggle("hidden-visually", !told.stalled);
    const leave = this.#box.querySelector(".leave");
    if (leave) leave.hidden = Boolean(told.stalled);
    const again = this.#box.querySelector(".again");
    if (again) again.hidden = !told.stalled;
  }
}

// --- a form or a link whose answer takes long --------------------------------------------------------------

for (const box of document.querySelectorAll(".underway[data-of]")) {
  const watch = new Watch(box);
  const sender = document.getElementById(box.dataset.of);
  let waits = false;
  sender.addEventListener(sender.matches("form") ? "submit" : "click", (event) => {
    if (event.submitter?.hasAttribute("data-brief")) return;
    if (waits) {
      event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    waits = true;
    watch.begin();
  });
  window.addEventListener("pageshow", () => {
    waits = false;
    watch.end();
  });
}

// --- what was under way when the page was made -------------------------------------------------------------

for (const box of document.querySelectorAll(".underway[data-running]")) {
  new Watch(box).begin(() => location.reload());
}
