// Copies the text of a field at a touch. Without scripts the button stays hidden and the field is selected by hand.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const word = button.querySelector("[data-word]");
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // A page that is not served over https has no clipboard; the old way still works there.
      if (!document.execCommand("copy")) return;
    }
    word.textContent = button.dataset.done;
  });
}
