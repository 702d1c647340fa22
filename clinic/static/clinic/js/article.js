/*
 * The tools below an article: share, copy the address, print, and answer "Was this helpful?"
 * without leaving the page. Without this script the answers are links to a page with a form.
 */

const tools = document.querySelector("[data-share]");
const shareButton = tools.querySelector("[data-share-button]");
const helpful = document.querySelector("[data-helpful]");
const status = document.querySelector("[data-status]");

/** Announce a sentence; emptied first, so that a screen reader reads a repeated one again. */
function announce(sentence) {
  status.textContent = "";
  requestAnimationFrame(() => {
    status.textContent = sentence;
  });
}

function parsePage(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

async function copyAddress({ currentTarget: button }) {
  try {
    await navigator.clipboard.writeText(tools.dataset.address);
    announce(button.dataset.copiedText);
  } catch {
    announce(button.dataset.failedText);
  }
}

async function share() {
  try {
    await navigator.share({ title: tools.dataset.title, url: tools.dataset.address });
  } catch {
    // The reader closed the share dialog; nothing needs to be said.
  }
}

/**
 * Send an answer. The form and its CSRF token are fetched first, because the article is cached
 * for everybody and has no token.
 */
async function sendAnswer(address, value) {
  const formPage = await fetch(address);
  const form = parsePage(await formPage.text()).querySelector("[data-helpful-form]");
  const fields = new FormData(form);
  fields.set("helpful", value);
  const response = await fetch(address, { method: "POST", body: fields });
  if (!response.ok) throw new Error(String(response.status));
  return parsePage(await response.text()).querySelector("[data-thanks]").textContent;
}

async function answer(event) {
  const link = event.target.closest("[data-answer]");
  if (!link) return;
  event.preventDefault();
  if (helpful.dataset.state === "sending") return;
  helpful.dataset.state = "sending";
  try {
    const thanks = await sendAnswer(link.href, link.dataset.answer);
    helpful.hidden = true;
    announce(thanks);
  } catch {
    announce(helpful.dataset.failedText);
  }
  delete helpful.dataset.state;
}

tools.hidden = false;
tools.querySelector("[data-print]").addEventListener("click", () => window.print());
tools.querySelector("[data-copy]").addEventListener("click", copyAddress);
shareButton.hidden = !navigator.share;
shareButton.addEventListener("click", share);
helpful.addEventListener("click", answer);
