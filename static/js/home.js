// The branches below come first with what is quickly counted; their pace follows without being asked for.
const way = document.querySelector("#overview .with-pace");

async function replace(link) {
  const section = link.closest("#overview");
  section.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("#overview");
    // Whoever has gone into the table already is not moved out of it.
    if (found && !section.contains(document.activeElement)) section.replaceWith(found);
  } catch {
    // Without an answer the link stays: it leads to the same.
  } finally {
    section.removeAttribute("aria-busy");
  }
}

if (way) replace(way);
