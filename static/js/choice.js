// The list of members under a field in which one is typed by name, number or pinyin initials.
const MOST = 8;

function matching(people, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const ways = [
    ([, , initials]) => initials.startsWith(wanted),
    ([name]) => name.toLowerCase().includes(wanted),
    ([, number]) => number.toLowerCase().includes(wanted),
  ];
  return people.filter((one) => ways.some((way) => way(one))).slice(0, MOST);
}

export class Choice {
  // `people` are [name, number, initials]; `taken` is called when one of them has been chosen.
  constructor(input, people, taken) {
    Object.assign(this, { input, people, taken });
    this.list = document.createElement("ul");
    this.list.className = "choice-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.getAttribute("aria-label") ?? input.labels[0].textContent);
    this.list.id = `list-${input.name}`;
    this.list.hidden = true;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");
    input.after(this.list);
    input.addEventListener("input", () => this.offer());
    input.addEventListener("blur", () => this.close());
    // Pressing must not take the focus away before the click is heard.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  get options() {
    return [...this.list.children];
  }

  get active() {
    return this.options.find((option) => option.getAttribute("aria-selected") === "true");
  }

  offer() {
    this.list.replaceChildren(
      ...matching(this.people, this.input.value).map(([name, number], place) => {
        const option = document.createElement("li");
        option.setAttribute("role", "option");
        option.id = `${this.list.id}-${place}`;
        option.textContent = `${name} ${number}`;
        return option;
      }),
    );
    this.list.hidden = !this.list.children.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(this.options[0]);
  }

  mark(option) {
    for (const one of this.options) one.setAttribute("aria-selected", String(one === option));
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  step(by) {
    const { options } = this;
    const next = options.indexOf(this.active) + by;
    this.mark(options[(next + options.length) % options.length]);
  }

  take(option) {
    this.input.value = option.textContent;
    this.close();
    this.taken();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  get open() {
    return !this.list.hidden;
  }

  // Whether the key was one for the list; Tab takes what is marked and goes on.
  keyed(event) {
    if (!this.open) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.step(event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
    } else if (event.key === "Enter") {
      this.take(this.active);
      event.preventDefault();
    } else if (event.key === "Tab") {
      if (this.active) this.input.value = this.active.textContent;
      this.close();
    } else if (event.key === "Escape") this.close();
    return true;
  }
}
