// Brings the reader to the error summary, and a summary link to its field with the label in view.
const summary = document.querySelector("[data-errsum]");
if (summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") || field).scrollIntoView();
    const inner = field.matches("fieldset") ? field.querySelector("input, select, textarea") : field;
    (inner || field).focus({ preventScroll: true });
  });
}
