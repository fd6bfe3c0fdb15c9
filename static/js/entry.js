// Hides a question while another answer of the same page makes it pointless. Without scripts all of them are shown.
// <div data-when="person.nik" data-among="" data-negate>: asked only when the answer there is among the words; no words: when it is empty.
for (const form of document.querySelectorAll("form[data-entry]")) {
  const depending = [...form.querySelectorAll("[data-when]")];
  if (!depending.length) continue;

  const answer = (path) => {
    const field = form.elements[path];
    return field ? (field.value || "").trim() : null;
  };
  const asked = (box) => {
    const value = answer(box.dataset.when);
    if (value === null) return true;
    const among = box.dataset.among.split(" ").filter(Boolean);
    const met = among.length ? among.includes(value) : value === "";
    return met !== ("negate" in box.dataset);
  };
  const update = () => {
    for (const box of depending) {
      // What is wrong, or noted by the supervisor, stays in sight.
      const marked = box.querySelector(".is-err, .pin-note, .clash");
      box.hidden = !marked && !asked(box);
    }
  };
  form.addEventListener("input", update);
  form.addEventListener("change", update);
  update();
}
