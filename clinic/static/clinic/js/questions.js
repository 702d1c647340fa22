// Comfort for the questions before a massage; everything works without it.
const form = document.querySelector("[data-questions]");
const say = document.querySelector("[data-questions-say]");
const print = document.querySelector("[data-print]");

function changed(event) {
  const input = event.target;
  if (!input.matches("input[type=checkbox], input[type=radio]")) return;
  const none = form.querySelector("#id_none");
  const inList = input.closest(".asks") && input.name.match(/^(q\d+|age)/);
  if (input === none && none.checked) {
    // None of these: what was ticked in the list is not true.
    for (const other of form.querySelectorAll("[data-listed] input:checked")) other.checked = false;
  } else if (inList && input.checked && input.closest("[data-listed]")) none.checked = false;
  // A line that is no longer ticked forgets what it had opened.
  if (!input.checked) {
    const opened = input.closest(".ask")?.querySelector(":scope > .ask-more");
    for (const other of opened?.querySelectorAll("input:checked") ?? []) other.checked = false;
  }
  const said = input.checked ? document.getElementById(`${input.id}_said`) : null;
  say.textContent = said ? said.textContent : "";
}

if (form) form.addEventListener("change", changed);
if (print) {
  print.hidden = false;
  print.querySelector("button").addEventListener("click", () => window.print());
}
