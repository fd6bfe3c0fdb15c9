// Lets the reader see the password that is being typed. Without scripts the button stays hidden.
for (const button of document.querySelectorAll("button[data-password]")) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const word = button.querySelector("[data-word]");
  const show = word.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = input.type === "password";
    input.type = open ? "text" : "password";
    word.textContent = open ? button.dataset.hide : show;
    button.setAttribute("aria-pressed", String(open));
  });
  // The browser must not keep the password as ordinary form text.
  input.form.addEventListener("submit", () => { input.type = "password"; });
}
