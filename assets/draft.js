// Shows the preview of a draft while it is typed, and keeps where the cursor was for the next picture. Without this file the
// button "Preview" does the same when it is pressed.

const PAUSE = 700;

const form = document.getElementById("draft");
const body = document.getElementById("body");
const place = document.getElementById("at");
const button = document.getElementById("show");

/** A frame that nobody sees yet takes the answer, then stands where the old one stood, scrolled as far. */
function refresh() {
  const old = document.getElementById("preview");
  const next = old.cloneNode();
  next.removeAttribute("src");
  next.removeAttribute("id");
  // A frame keeps the name that it was made with.
  next.name = `preview-${++frames}`;
  next.classList.add("unseen");
  next.setAttribute("aria-hidden", "true");
  old.after(next);
  next.addEventListener("load", () => {
    const shown = next.contentDocument;
    if (shown?.URL === "about:blank") return;
    underWay = false;
    if (again) later();
    if (!shown) {
      // No answer: what was there stays.
      next.remove();
      return;
    }
    next.contentWindow.scrollTo(0, old.contentWindow?.scrollY ?? 0);
    old.remove();
    next.id = "preview";
    button.formTarget = next.name;
    next.classList.remove("unseen");
    next.removeAttribute("aria-hidden");
  });
  const target = button.formTarget;
  button.formTarget = next.name;
  form.requestSubmit(button);
  button.formTarget = target;
}

let timer = 0;
let underWay = false;
let again = false;
let previews = false;
let frames = 0;

function later() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    again = underWay;
    if (underWay) return;
    underWay = true;
    refresh();
  }, PAUSE);
}

if (form && body && place && button) {
  for (const name of ["title", "body"]) document.getElementById(name).addEventListener("input", later);
  for (const event of ["blur", "keyup", "pointerup"]) {
    body.addEventListener(event, () => { place.value = String(body.selectionEnd); });
  }
  // A preview needs no file.
  form.addEventListener("formdata", (event) => { if (previews) event.formData.delete("picture"); });
  form.addEventListener("submit", (event) => { previews = event.submitter === button; });
  // What is typed and not saved is not left by mistake.
  let typed = document.querySelector("[role=alert]") !== null;
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", (event) => { if (event.submitter !== button) typed = false; });
  addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
}
