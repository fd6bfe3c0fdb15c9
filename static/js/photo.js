// Shrinks photos on the phone before they are sent, shows how far the sending is, and offers to try again.
// A form opts in with data-photo and holds _photo_status.html. When anything here cannot work, the form posts as usual.
const LONGEST = 1600;
const QUALITY = 0.8;

async function shrink(file) {
  if (!file.type.startsWith("image/")) return file;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  let blob = await new Promise((done) => canvas.toBlob(done, "image/webp", QUALITY));
  // Browsers that cannot write WebP answer with a PNG, which is larger than what they were given.
  if (blob?.type !== "image/webp") blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob || blob.size >= file.size) return file;
  const ending = blob.type === "image/webp" ? ".webp" : ".jpg";
  return new File([blob], file.name.replace(/\.[^.]*$/, "") + ending, { type: blob.type });
}

async function shrinkAll(form) {
  for (const input of form.querySelectorAll("input[type=file]")) {
    if (!input.files.length) continue;
    const small = new DataTransfer();
    for (const file of input.files) small.items.add(await shrink(file).catch(() => file));
    input.files = small.files;
  }
}

function send(form, button, onProgress) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    const body = new FormData(form);
    if (button?.name) body.append(button.name, button.value);
    request.open("POST", form.action);
    // Following the redirect here would use up the sentence that the next page is to show.
    request.setRequestHeader("X-Requested-With", "fetch");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(Math.round((100 * event.loaded) / event.total));
    });
    request.addEventListener("load", () => done(request));
    request.addEventListener("error", () => fail(new Error("network")));
    request.addEventListener("timeout", () => fail(new Error("timeout")));
    request.timeout = 120_000;
    request.send(body);
  });
}

// A refused form comes back as its page with an error summary: its sentences, or "".
function problemsIn(answer) {
  const page = new DOMParser().parseFromString(answer.responseText, "text/html");
  return [...page.querySelectorAll("[data-errsum] li")].map((line) => line.textContent.trim()).join(" ");
}

// Leaving the page would stop a photo that is on its way: the browser asks first.
let underWay = 0;
window.addEventListener("beforeunload", (event) => {
  if (underWay) event.preventDefault();
});

for (const form of document.querySelectorAll("form[data-photo]")) {
  const words = form.querySelector("[data-photo-words]");
  const bar = form.querySelector("[data-photo-bar]");
  const buttons = form.querySelectorAll("button[type=submit]");
  const setBusy = (busy) => buttons.forEach((button) => { button.disabled = busy; });
  if (!words || !bar || !window.createImageBitmap || !window.DataTransfer) continue;
  const giveUp = (sentence, button) => {
    bar.hidden = true;
    words.textContent = sentence;
    setBusy(false);
    if (button) button.textContent = words.dataset.retry;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    setBusy(true);
    underWay += 1;
    words.textContent = words.dataset.shrink;
    await shrinkAll(form).catch(() => {});
    bar.hidden = false;
    const answer = await send(form, event.submitter, (percent) => {
      bar.value = percent;
      words.textContent = words.dataset.send.replace("{n}", percent);
    }).catch(() => null);
    underWay -= 1;
    const problems = answer ? problemsIn(answer) : "";
    if (answer && answer.status < 400 && !problems) {
      location.assign(answer.getResponseHeader("Location") || answer.responseURL);
    } else {
      giveUp(problems || words.dataset.fail, event.submitter);
    }
  });
}
