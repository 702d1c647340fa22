// Sharing, printing, and answering without leaving the page. Without this file the page is
// complete: the answers are links to a page with a form, and browsers can print and copy.
const share = document.querySelector("[data-share]");
const helpful = document.querySelector("[data-helpful]");
const said = document.querySelector("[data-said]");

function say(words) {
  said.textContent = ""; // said again, it is read out again
  requestAnimationFrame(() => { said.textContent = words; });
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(share.dataset.address);
    say(button.dataset.done);
  } catch {
    say(button.dataset.failed);
  }
}

async function send() {
  try {
    await navigator.share({ title: share.dataset.title, url: share.dataset.address });
  } catch {
    // Whoever closes the sheet has changed their mind; that needs no words.
  }
}

// The form and its token are fetched when they are needed: this page, which caches keep, has none.
async function answer(event) {
  const link = event.target.closest("[data-answer]");
  if (!link) return;
  event.preventDefault();
  if (helpful.dataset.busy) return;
  helpful.dataset.busy = "1";
  try {
    const page = await fetch(link.href);
    const parsed = new DOMParser().parseFromString(await page.text(), "text/html");
    const form = new FormData(parsed.querySelector("[data-helpful-form]"));
    form.set("helpful", link.dataset.answer);
    const done = await fetch(link.href, { method: "POST", body: form });
    const thanks = new DOMParser().parseFromString(await done.text(), "text/html");
    if (!done.ok) throw new Error(String(done.status));
    helpful.hidden = true;
    say(thanks.querySelector("[data-thanks]").textContent);
  } catch {
    say(helpful.dataset.away);
  }
  delete helpful.dataset.busy;
}

share.hidden = false;
share.querySelector("[data-print]").addEventListener("click", () => window.print());
share.querySelector("[data-copy]").addEventListener("click", (event) => copy(event.currentTarget));
const sheet = share.querySelector("[data-send]");
sheet.hidden = !navigator.share;
sheet.addEventListener("click", send);
helpful.addEventListener("click", answer);
