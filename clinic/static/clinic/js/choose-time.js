/*
 * Choosing a time: with htmx the list of times follows each choice, so the button is not needed.
 * Without this script the button sends the form.
 */

/** Whether the value of a form control differs from the one that the server sent. */
function isChanged(control) {
  if (!control.options) return control.checked !== control.defaultChecked;
  const options = [...control.options];
  const sent = options.findIndex((option) => option.defaultSelected);
  return control.selectedIndex !== Math.max(sent, 0);
}

/** Load the times of what was chosen before htmx was ready. */
function loadMissedChoice() {
  const form = document.querySelector("[data-chooser]");
  if ([...form.elements].some(isChanged)) window.htmx.trigger(form, "change");
}

if (window.htmx) {
  // On the root element, because htmx replaces the form and the button must not reappear with it.
  document.documentElement.dataset.updates = "live";
  // The script of htmx stands before this one; its own listener has run by then.
  document.addEventListener("DOMContentLoaded", loadMissedChoice);
}
