// Opens a masked number in place for 60 seconds. The server logs the opening and answers <span class="nik">…</span>.
// Without scripts the form posts as usual and the server answers a page.
const OPEN_FOR = 60_000;

async function reveal(form) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-Requested-With": "fetch" },
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const value = page.querySelector(".nik");
  if (!value) throw new Error("no value");
  return value.textContent.trim();
}

for (const form of document.querySelectorAll("form[data-reveal]")) {
  const mask = form.closest("[data-mask]");
  const value = mask.querySelector("[data-mask-value]");
  const note = mask.querySelector("[data-mask-note]");
  const word = form.querySelector("[data-word]");
  const button = form.querySelector("button");
  const masked = value.textContent;
  const show = word.textContent;
  let timer = 0;

  const close = () => {
    clearTimeout(timer);
    timer = 0;
    value.textContent = masked;
    word.textContent = show;
    note.textContent = "";
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (timer) return close();
    button.disabled = true;
    try {
      value.textContent = await reveal(form);
      word.textContent = form.dataset.close;
      note.textContent = form.dataset.opened;
      timer = setTimeout(close, OPEN_FOR);
    } catch {
      note.textContent = form.dataset.failed;
    }
    button.disabled = false;
    button.focus();
  });
  // A page kept by the browser for "back" must not keep an open number.
  addEventListener("pagehide", close);
}
