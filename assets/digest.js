// Keeps the page of a digest current while something moves on it. Without this the page has a link to look again.

const parts = ["state", "acts", "standing"];
const state = document.getElementById("state");
// Where the page is, also when it was the answer to a button.
const page = document.getElementById("reload")?.href;
let reading = false;
let again = false;

// Reads the page once more and takes over the parts that have changed; the focus stays where it was, if that is still there.
async function refresh() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  try {
    const answer = await fetch(page, { headers: { accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = document.activeElement?.id;
    for (const id of parts) {
      const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
      if (old && now && !old.isEqualNode(now)) {
        old.replaceWith(document.importNode(now, true));
      }
    }
    document.title = fresh.title || document.title;
    if (focused && document.activeElement?.id !== focused) {
      document.getElementById(focused)?.focus();
    }
  } finally {
    reading = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

// Counts down the seconds in which a digest can be taken back.
setInterval(() => {
  const left = document.getElementById("left");
  if (left && Number(left.dataset.seconds) > 0) {
    left.dataset.seconds = Number(left.dataset.seconds) - 1;
    left.textContent = left.dataset.words.replace("#", left.dataset.seconds);
  }
}, 1000);

if (state?.dataset.events) {
  const events = new EventSource(state.dataset.events);
  events.addEventListener("counts", refresh);
  events.addEventListener("end", () => {
    events.close();
    refresh();
  });
}
