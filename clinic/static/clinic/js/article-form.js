/*
 * The form of an article: rows can be added, and what is typed is stored and checked while it is
 * typed. Without this script "Save" stores and checks it.
 */

const STORE_INTERVAL = 15_000; // milliseconds
const CHECK_DELAY = 1_200; // milliseconds
const LONGEST_BEACON = 60_000; // characters; browsers refuse to send more while a page closes
const JSON_ONLY = { Accept: "application/json" };

const form = document.getElementById("article-form");
const status = form.querySelector("[data-status]");
const checks = document.getElementById("checks");

let hasUnsavedText = false;
let isSaving = false;
let checkTimer;
let checkRequest;

function formBody() {
  return new URLSearchParams(new FormData(form));
}

function post(address, signal) {
  return fetch(address, { method: "POST", body: formBody(), headers: JSON_ONLY, signal });
}

/** What to tell the editor about an answer of the server to unsaved text. */
async function sentenceFor(response) {
  if (response.status === 401) return form.dataset.lockedText;
  if (response.ok || response.status === 413) return (await response.json()).message;
  throw new Error(String(response.status));
}

/** Store the unsaved text on the server, beside the article. */
async function storeUnsavedText() {
  if (!hasUnsavedText || isSaving) return;
  hasUnsavedText = false;
  try {
    const response = await post(form.dataset.autosaveUrl);
    status.textContent = await sentenceFor(response);
    if (!response.ok) hasUnsavedText = true;
  } catch {
    hasUnsavedText = true;
    status.textContent = form.dataset.unreachableText;
  }
}

/** Store it while the page closes, when no answer can be awaited. */
function storeWhileClosing() {
  const body = formBody();
  if (!hasUnsavedText || isSaving || body.toString().length >= LONGEST_BEACON) return;
  navigator.sendBeacon(form.dataset.autosaveUrl, body);
}

async function showChecks() {
  checkRequest?.abort();
  checkRequest = new AbortController();
  try {
    const response = await post(form.dataset.checkUrl, checkRequest.signal);
    if (response.ok) checks.innerHTML = await response.text();
  } catch {
    // The next change asks again.
  }
}

function noteChange() {
  hasUnsavedText = true;
  clearTimeout(checkTimer);
  checkTimer = setTimeout(showChecks, CHECK_DELAY);
}

/** Add an empty row to a set of forms, and move the focus into it. */
function addRow(rows) {
  const total = rows.querySelector("[name$='-TOTAL_FORMS']");
  const buttonLine = rows.querySelector("[data-add]").parentElement;
  const html = rows.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
  buttonLine.insertAdjacentHTML("beforebegin", html);
  const row = buttonLine.previousElementSibling;
  total.value = Number(total.value) + 1;
  row.querySelector("[data-number]").textContent = total.value;
  row.dispatchEvent(new Event("row-added", { bubbles: true }));
  row.querySelector("input:not([type=hidden]), textarea:not([hidden])").focus();
}

/** A link to a field leads into its rich-text editor, if it has one (prose-editor.js). */
function focusLinkedEditor(event) {
  const link = event.target.closest("a[href^='#id_']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (field?.dataset.editor !== "ready") return;
  event.preventDefault();
  field.dispatchEvent(new Event("focus-editor"));
}

for (const rows of form.querySelectorAll("[data-rows]")) {
  const button = rows.querySelector("[data-add]");
  button.parentElement.hidden = false;
  button.addEventListener("click", () => addRow(rows));
}
form.addEventListener("input", noteChange);
form.addEventListener("submit", ({ submitter }) => {
  if (!submitter?.formTarget) isSaving = true; // the preview opens beside, and saves nothing
});
addEventListener("pageshow", () => {
  isSaving = false;
});
addEventListener("pagehide", storeWhileClosing);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) storeUnsavedText();
});
setInterval(storeUnsavedText, STORE_INTERVAL);
document.addEventListener("click", focusLinkedEditor);
document.querySelector("[data-focus]")?.focus();
