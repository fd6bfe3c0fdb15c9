// Counts the digits of a NIK or No. KK while it is typed: <input data-digits="16" data-digits-done="Lengkap">.
for (const input of document.querySelectorAll("input[data-digits]")) {
  const wanted = Number(input.dataset.digits);
  const foot = document.createElement("div");
  const word = document.createElement("span");
  const count = document.createElement("span");
  foot.className = "field-foot w-nik";
  word.className = "done";
  word.setAttribute("role", "status");
  count.className = "angka";
  count.setAttribute("aria-hidden", "true");
  foot.append(word, count);
  input.after(foot);
  const update = () => {
    const digits = input.value.replace(/\D/g, "").length;
    count.textContent = `${digits}/${wanted}`;
    word.textContent = digits === wanted ? input.dataset.digitsDone || "" : "";
  };
  input.addEventListener("input", update);
  update();
}
