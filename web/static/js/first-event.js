// Asks now and then whether the first event has arrived, more and more rarely, and not at all while nobody looks.
const box = document.querySelector("[data-first-event]");
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 15000;

function show(state) {
  for (const part of box.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
}

async function ask(wait) {
  if (document.hidden) {
    document.addEventListener("visibilitychange", () => ask(FIRST_WAIT), { once: true });
    return;
  }
  try {
    const response = await fetch(box.dataset.firstEvent, { headers: { Accept: "application/json" } });
    if (response.status === 401 || response.status === 404) return; // logged out, or no longer a member
    const { state, events } = await response.json();
    box.querySelector("[data-event-names]").textContent = events.join(", ");
    show(state);
    if (state === "arrived") return;
  } catch {
    show("unknown");
  }
  setTimeout(ask, wait, Math.min(wait * 1.3, LONGEST_WAIT));
}

if (box && box.querySelector('[data-when="arrived"]').hidden) {
  for (const part of box.querySelectorAll("[data-when-scripted]")) part.hidden = false;
  setTimeout(ask, FIRST_WAIT, FIRST_WAIT);
}
