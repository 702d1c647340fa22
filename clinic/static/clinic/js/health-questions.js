/*
 * The health questions: the answers below a box that is cleared are cleared, and what is said about
 * an answer is read out. Without this script the server checks the answers.
 */

const form = document.querySelector("[data-questions]");
const status = document.querySelector("[data-questions-status]");

function uncheck(root, selector) {
  for (const input of root?.querySelectorAll(selector) ?? []) input.checked = false;
}

/** Clear the follow-up questions of an answer that is no longer ticked. */
function clearFollowUp(input) {
  if (input.checked) return;
  uncheck(input.closest("[data-question]"), ":scope > [data-follow-up] input:checked");
}

/** Read out the text that appears below a ticked answer. */
function announceAdvice(input) {
  const advice = input.checked ? document.getElementById(`${input.id}_said`) : null;
  status.textContent = advice?.textContent ?? "";
}

form.addEventListener("change", ({ target: input }) => {
  if (!input.matches("input[type=checkbox], input[type=radio]")) return;
  clearFollowUp(input);
  announceAdvice(input);
});
