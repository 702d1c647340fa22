/*
 * The health questions: answers that contradict each other are cleared, and what is said about an
 * answer is read out. Without this script the server checks the answers.
 */

const form = document.querySelector("[data-questions]");
const noneOfThese = form.querySelector("input#id_none"); // elsewhere a button
const status = document.querySelector("[data-questions-status]");

function uncheck(root, selector) {
  for (const input of root?.querySelectorAll(selector) ?? []) input.checked = false;
}

/** Keep "None of these" and the listed conditions apart: the later choice wins. */
function resolveContradiction(input) {
  const isCondition = input.closest("[data-conditions]") && /^(q\d+|age)/.test(input.name);
  if (!noneOfThese) return;
  if (input === noneOfThese && input.checked) {
    uncheck(form, "[data-conditions] input:checked");
  } else if (isCondition && input.checked) {
    noneOfThese.checked = false;
  }
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
  resolveContradiction(input);
  clearFollowUp(input);
  announceAdvice(input);
});
