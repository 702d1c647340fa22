/*
 * Booking by phone: the times follow the choice of treatment, therapist and day, and the people
 * found follow what is typed. The whole form is sent by POST, because names must not stand in an
 * address, and one part of the answer replaces the part on the page. Without this script the
 * buttons do the same.
 */

const TYPING_PAUSE = 250; // milliseconds
const CHOICES_THAT_CHANGE_TIMES = ["option", "therapist", "day"];

const form = document.querySelector("[data-book]");
/** How often each part was requested: an answer to an older request is dropped. */
const requestCount = { times: 0, people: 0 };
let searchTimer;

/** What was typed about a new person, by field name. */
function typedPerson(part) {
  const inputs = [...part.querySelectorAll("[data-new-patient] input")];
  return Object.fromEntries(inputs.map((input) => [input.name, input.value]));
}

function replacePart(name, html) {
  const current = document.getElementById(name);
  const typed = typedPerson(current);
  const updated = new DOMParser().parseFromString(html, "text/html").getElementById(name);
  if (!updated) return;
  current.replaceWith(updated);
  for (const [field, value] of Object.entries(typed)) form.elements[field].value = value;
}

function requestPart(name) {
  const fields = new FormData(form);
  fields.set("do", "look");
  return fetch(form.action, { method: "POST", body: fields, headers: { "X-Part": name } });
}

/** Load "times" or "people" again, as the form is now. */
async function refreshPart(name) {
  requestCount[name] += 1;
  const number = requestCount[name];
  document.getElementById(name).setAttribute("aria-busy", "true");
  try {
    const response = await requestPart(name);
    if (response.status === 401) {
      form.requestSubmit(form.querySelector("[value=look]")); // the server shows the lock screen
      return;
    }
    const html = await response.text();
    if (response.ok && number === requestCount[name]) replacePart(name, html);
  } catch {
    // The server could not be reached; the button still works.
  } finally {
    document.getElementById(name).removeAttribute("aria-busy");
  }
}

function searchPeople(delay) {
  clearTimeout(searchTimer);
  searchTimer = setTimeout(() => refreshPart("people"), delay);
}

function onChange({ target }) {
  if (CHOICES_THAT_CHANGE_TIMES.includes(target.name)) refreshPart("times");
  if (target.name === "start" && target.value === "") form.elements.at.focus();
}

function onInput({ target }) {
  if (target.name === "at") form.querySelector("[data-other-time]").checked = true;
  if (target.name === "q") searchPeople(TYPING_PAUSE);
}

function onKeydown(event) {
  if (event.key !== "Enter" || event.target.name !== "q") return;
  event.preventDefault();
  searchPeople(0);
}

if (form) {
  document.documentElement.dataset.updates = "live";
  form.addEventListener("change", onChange);
  form.addEventListener("input", onInput);
  form.addEventListener("keydown", onKeydown);
}
