/*
 * "All at once" on the preview of a schedule change: a button sets the radio buttons of all rows.
 * Without this script, or when the form shows errors, the server does it.
 */

const form = document.querySelector("[data-impact]");
const status = form?.querySelector("[data-all-say]");

function chooseForAll(event) {
  const button = event.target.closest("[data-all]");
  if (!button || "errors" in form.dataset) return;
  event.preventDefault();
  for (const radio of form.querySelectorAll(`[data-first="${button.dataset.all}"]`)) {
    radio.checked = true;
  }
  status.textContent = status.dataset.words;
}

if (status) form.addEventListener("click", chooseForAll);
