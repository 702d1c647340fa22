/*
 * The preview of an article as light or dark, whatever this computer prefers: the media rules for
 * a colour scheme in the frame are switched on or off.
 */

const frame = document.querySelector("[data-preview]");
const choices = document.querySelector("[data-color-scheme]");
/** The condition that each media rule had when it was first seen. */
const conditions = new WeakMap();

function originalCondition(rule) {
  if (!conditions.has(rule)) conditions.set(rule, rule.media?.mediaText ?? "");
  return conditions.get(rule);
}

function switchRules(rules, isDark) {
  for (const rule of rules) {
    const condition = originalCondition(rule);
    if (condition.includes("prefers-color-scheme")) {
      rule.media.mediaText = condition.includes("dark") === isDark ? "all" : "not all";
    }
    if (rule.cssRules) switchRules(rule.cssRules, isDark);
  }
}

function showChosenScheme() {
  const page = frame.contentDocument;
  if (!page?.documentElement) return;
  const scheme = choices.querySelector(":checked").value;
  for (const sheet of page.styleSheets) switchRules(sheet.cssRules, scheme === "dark");
  page.documentElement.style.colorScheme = scheme;
}

if (frame) {
  choices.hidden = false;
  choices.addEventListener("change", showChosenScheme);
  frame.addEventListener("load", showChosenScheme);
  showChosenScheme();
}
