/*
 * "All at once" on the preview of a schedule change: a button sets the radio buttons of all rows.
 * Without this script, or when the form shows errors, the server does it.
 */

const form = document.querySelector("[data-impact]");
const status = form?.querySelector("[data-bulk-status]");

function chooseForAll(event) {
  const button = event.target.closest("[data-bulk-choice]");
  if (!button || "errors" in form.dataset) return;
  event.preventDefault();
  for (const radio of form.querySelectorAll(`[data-bulk-option="${button.dataset.bulkChoice}"]`)) {
    radio.checked = true;
  }
  status.textContent = button.dataset.chosenText ?? status.dataset.chosenText;
}

if (status) form.addEventListener("click", chooseForAll);
