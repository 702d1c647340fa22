/*
 * The countdown of a held time. Without this script the page still says until when the time is
 * kept. Only the number changes, once a second; a screen reader hears three sentences in all.
 */

const ONE_MINUTE = 60;
const SOON = 25;

const bar = document.querySelector("[data-hold]");
const status = document.querySelector("[data-hold-status]");
const countdown = bar.querySelector("[data-hold-countdown]");
const extendForm = bar.querySelector("[data-hold-extend]");
/** What to add to this device's clock to get the server's, in milliseconds. */
const clockOffset = Date.parse(bar.dataset.now) - Date.now();

let expiresAt = Date.parse(bar.dataset.expiresAt);
let lastAnnounced = "";
let isExtending = false;
let problem = "";

/** Announce the sentence in a data attribute of the bar, unless it was the last one. */
function announce(name) {
  if (name === lastAnnounced) return;
  lastAnnounced = name;
  status.textContent = bar.dataset[name] ?? "";
}

function formatSeconds(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function showExpired() {
  bar.dataset.state = "expired";
  countdown.textContent = bar.dataset.expiredText;
  if (extendForm) extendForm.hidden = true;
  announce("expiredText");
}

function showTimeLeft() {
  const seconds = Math.max(0, Math.ceil((expiresAt - (Date.now() + clockOffset)) / 1000));
  if (seconds === 0) {
    showExpired();
    return;
  }
  bar.dataset.state = seconds <= ONE_MINUTE ? "ending" : "running";
  const words = bar.dataset.timeLeftText.replace("{time}", formatSeconds(seconds));
  countdown.textContent = `${words} ${problem}`;
  if (seconds <= SOON) announce("soonText");
  else if (seconds <= ONE_MINUTE) announce("oneMinuteText");
}

/** The text node with the sentence, which stands before the countdown. */
function sentenceIn(someBar) {
  return someBar.querySelector("[data-hold-text]").firstChild;
}

/** Take over the new end from the page that the server answered with. */
function applyExtension(newBar) {
  expiresAt = Date.parse(newBar.dataset.expiresAt);
  sentenceIn(bar).textContent = sentenceIn(newBar).textContent;
  lastAnnounced = "";
  status.textContent = newBar.querySelector("[data-hold-text]").textContent;
  if (!newBar.querySelector("[data-hold-extend]")) {
    if (extendForm.contains(document.activeElement)) document.querySelector("main").focus();
    extendForm.remove();
  }
  showTimeLeft();
}

/** Send the form as a browser without this script does. */
function submitWithoutScript() {
  extendForm.removeEventListener("submit", extend);
  extendForm.requestSubmit();
}

function showUnreachable() {
  problem = bar.dataset.unreachableText;
  status.textContent = problem;
  showTimeLeft();
}

/** Extend the hold without leaving the page, so that nothing typed is lost. */
async function extend(event) {
  event.preventDefault();
  if (isExtending) return; // the button is not disabled, because that would move the focus
  isExtending = true;
  problem = "";
  let response;
  try {
    response = await fetch(extendForm.action, { method: "POST", body: new FormData(extendForm) });
  } catch {
    isExtending = false;
    showUnreachable();
    return;
  }
  try {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const newBar = page.querySelector("[data-hold]");
    if (!response.ok || !newBar || response.url !== location.href) throw new Error("changed");
    applyExtension(newBar);
    isExtending = false;
  } catch {
    submitWithoutScript();
  }
}

extendForm?.addEventListener("submit", extend);
showTimeLeft();
setInterval(showTimeLeft, 1000);
