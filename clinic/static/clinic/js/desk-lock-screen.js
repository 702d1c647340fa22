/*
 * The lock screen of the desk. After some idle minutes it hides the page in every tab. The server
 * locks the session on its own; this script does it without leaving the page, so that nothing
 * typed is lost. Other scripts of the desk may dispatch "desk:locked" on the document when the
 * server answers 401.
 */

const JSON_ONLY = { Accept: "application/json" };
/** Times shared by all tabs, in milliseconds since 1970. */
const LAST_USED = "desk-last-used";
const LOCKED_AT = "desk-locked-at";
const UNLOCKED_AT = "desk-unlocked-at";

const desk = document.getElementById("desk");
const dialog = document.querySelector("[data-lock-screen]");
const form = dialog?.querySelector("[data-unlock]");
const problem = dialog?.querySelector("[data-unlock-problem]");
const password = dialog?.querySelector("[data-unlock-password]");
const idleLimit = Number(desk?.dataset.idleMinutes) * 60_000;
const heartbeatInterval = Math.min(60_000, idleLimit / 3);
let lastHeartbeat = Date.now();

function storedTime(key) {
  return Number(localStorage.getItem(key)) || 0;
}

function storeTime(key) {
  localStorage.setItem(key, Date.now());
}

function isLocked() {
  return desk.dataset.state === "locked";
}

function isIdle() {
  return Date.now() - (storedTime(LAST_USED) || lastHeartbeat) >= idleLimit;
}

function post(address) {
  const token = form.elements.csrfmiddlewaretoken.value;
  return fetch(address, { method: "POST", headers: { "X-CSRFToken": token, ...JSON_ONLY } });
}

/** Send a heartbeat of this session; returns the status, or undefined without a connection. */
async function sendHeartbeat() {
  try {
    const response = await post(desk.dataset.heartbeat);
    return response.status;
  } catch {
    return undefined;
  }
}

/** Hide this page behind the lock screen. */
function showLockScreen() {
  desk.dataset.state = "locked";
  desk.inert = true;
  problem.hidden = true;
  dialog.showModal();
  password.focus();
}

/** Lock this page, the other tabs and the session on the server. */
function lock() {
  if (isLocked()) return;
  showLockScreen();
  storeTime(LOCKED_AT);
  post(desk.dataset.lock).catch(() => {}); // without a connection the server locks it later
}

function lockIfIdle() {
  if (isIdle()) lock();
}

function hideLockScreen() {
  form.reset();
  form.elements.credential.value = "";
  delete desk.dataset.state;
  desk.inert = false;
  dialog.close();
}

/** Note that a person uses the page. Only their own events count, not those of scripts. */
async function recordUse(event) {
  if (!event.isTrusted || isLocked()) return;
  if (isIdle()) {
    lock();
    return;
  }
  storeTime(LAST_USED);
  if (Date.now() - lastHeartbeat < heartbeatInterval) return;
  lastHeartbeat = Date.now();
  if ((await sendHeartbeat()) === 401) lock();
}

function showProblem(sentence) {
  problem.textContent = sentence;
  problem.hidden = false;
  form.elements.credential.value = "";
  password.value = "";
  password.focus();
}

async function applyAnswer(response) {
  if (response.status === 204) {
    storeTime(LAST_USED);
    storeTime(UNLOCKED_AT);
    hideLockScreen();
  } else if (response.status === 422) {
    showProblem((await response.json()).errors.join(" "));
  } else if (response.status === 429) {
    showProblem(form.dataset.tooMany);
  } else {
    location.reload(); // signed out meanwhile: the server says what to do
  }
}

async function unlock(event) {
  event.preventDefault();
  problem.hidden = true;
  const body = new FormData(form);
  try {
    await applyAnswer(await fetch(form.action, { method: "POST", body, headers: JSON_ONLY }));
  } catch {
    showProblem(form.dataset.offline);
  }
}

/** Lock instead of sending a form too late; the button "lock now" is such a form, too. */
function lockInsteadOfSending(event) {
  if (event.target === form) return;
  const isLockButton = event.target.matches("[data-lock-now]");
  if (!isLockButton && !isLocked() && !isIdle()) return;
  event.preventDefault();
  event.stopPropagation();
  lock();
}

/** Follow another tab: lock at once; unlock if the server agrees. */
async function followOtherTab({ key }) {
  if (key === LOCKED_AT && !isLocked()) showLockScreen();
  if (key === UNLOCKED_AT && isLocked() && (await sendHeartbeat()) === 204) hideLockScreen();
}

/** A page from the browser's cache may be older than the lock of another tab. */
function checkRestoredPage({ persisted }) {
  if (persisted && storedTime(LOCKED_AT) > storedTime(UNLOCKED_AT)) lock();
  lockIfIdle();
}

function listenToUse() {
  storeTime(LAST_USED);
  for (const type of ["pointerdown", "keydown", "wheel", "touchstart"]) {
    addEventListener(type, recordUse, { passive: true });
  }
  addEventListener("submit", lockInsteadOfSending, true);
  addEventListener("storage", followOtherTab);
  addEventListener("pageshow", checkRestoredPage);
  document.addEventListener("visibilitychange", lockIfIdle);
  setInterval(lockIfIdle, 1000);
}

function listenToServer() {
  document.addEventListener("desk:locked", lock);
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.xhr.getResponseHeader("X-Desk")) lock();
  });
}

function listenToDialog() {
  form.addEventListener("submit", unlock);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => {
    if (isLocked()) dialog.showModal(); // some browsers close it on a second Escape
  });
}

if (desk && dialog?.showModal) {
  listenToUse();
  listenToServer();
  listenToDialog();
}
