// Signs in with passkeys and makes them (https://www.w3.org/TR/webauthn-3/), on pages at the instance's own address alone. What the
// authenticator answers goes into the hidden fields of a form, which is then sent like any other. Without this nothing of it is shown.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => {
  const letters = Array.from(new Uint8Array(buffer ?? new ArrayBuffer(0)), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};
const words = (list) => list.split(" ").filter((word) => word !== "");
const keys = (ids) => words(ids).map((id) => ({ type: "public-key", id: bytes(id) }));

// Tells the password manager what has become of its keys, where it listens: a key that was removed is not offered again.
function tell(what, said) {
  PublicKeyCredential[what]?.(said).catch(() => {});
}

function send(form, fields) {
  for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
  form.submit();
}

class Ask {
  constructor(place) {
    this.place = place;
    this.data = place.dataset;
    this.form = place.querySelector("form");
    this.since = Date.now();
    this.asking = false;
  }

  // The challenge is good for a while: then the page is asked for another one.
  async renew() {
    if (Date.now() - this.since < this.data.lasts * 0.8) return;
    const page = await fetch(this.data.page, { cache: "no-store", headers: { accept: "text/html" } });
    const found = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[data-passkey=get]");
    if (found) {
      this.data.challenge = found.dataset.challenge;
      this.since = Date.now();
    }
  }

  // `mediation`: "conditional" offers the keys among the suggestions for the address, until something else is done.
  async signIn(mediation) {
    this.waiting?.abort();
    this.waiting = new AbortController();
    const publicKey = {
      challenge: bytes(this.data.challenge),
      rpId: this.data.party,
      userVerification: "required",
      timeout: Number(this.data.lasts),
    };
    const found = await navigator.credentials.get({ publicKey, mediation, signal: this.waiting.signal });
    const said = found.response;
    send(this.form, {
      credential: text(found.rawId),
      client: text(said.clientDataJSON),
      authenticator: text(said.authenticatorData),
      signature: text(said.signature),
      user: text(said.userHandle),
    });
  }

  async make() {
    const { algorithms, called, challenge, email, known, lasts, party, user } = this.data;
    const publicKey = {
      challenge: bytes(challenge),
      rp: { id: party, name: `Facteur (${party})` },
      user: { id: bytes(user), name: email, displayName: called },
      pubKeyCredParams: words(algorithms).map((alg) => ({ type: "public-key", alg: Number(alg) })),
      excludeCredentials: keys(known),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
      timeout: Number(lasts),
    };
    const made = await navigator.credentials.create({ publicKey });
    send(this.form, { client: text(made.response.clientDataJSON), attestation: text(made.response.attestationObject) });
  }

  // What the button does; a way that leads nowhere is said.
  async press(act) {
    const problem = this.form.querySelector(".problem");
    problem.textContent = "";
    this.asking = true;
    try {
      await act();
    } catch (error) {
      problem.textContent = (error.name === "InvalidStateError" && this.data.has) || this.data.failed;
    }
    this.asking = false;
  }

  async suggest() {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    const offer = () => this.signIn("conditional").catch(() => {});
    offer();
    setInterval(async () => {
      if (this.asking || document.hidden) return;
      await this.renew().catch(() => {});
      offer();
    }, this.data.lasts * 0.8);
  }
}

function show(place) {
  place.hidden = false;
  const ask = new Ask(place);
  const acts = {
    get: async () => {
      await ask.renew();
      await ask.signIn();
    },
    create: () => ask.make(),
  };
  const act = acts[place.dataset.passkey];
  if (!act) return;
  ask.form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask.press(act);
  });
  if (place.dataset.passkey === "get") ask.suggest();
}

const place = document.querySelector("[data-passkey]");
const own = document.querySelector("[data-passkeys]");
const here = (element) => element?.dataset.origin === location.origin;

if (place && !here(place)) {
  document.querySelector("[data-passkey-elsewhere]")?.removeAttribute("hidden");
} else if (place && !window.PublicKeyCredential) {
  document.querySelector("[data-passkey-none]")?.removeAttribute("hidden");
} else if (place) {
  show(place);
}
if (window.PublicKeyCredential && here(place) && place.dataset.unknown) {
  tell("signalUnknownCredential", { rpId: place.dataset.party, credentialId: place.dataset.unknown });
}
if (window.PublicKeyCredential && here(own)) {
  const { party, passkeys, user } = own.dataset;
  tell("signalAllAcceptedCredentials", { rpId: party, userId: user, allAcceptedCredentialIds: words(passkeys) });
}
