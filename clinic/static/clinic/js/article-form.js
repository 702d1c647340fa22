/* Beside an article's form: rows are added, what is typed is kept and checked, nothing is lost. */
(() => {
  const form = document.getElementById("article-form");
  const said = form.querySelector("[data-said]");
  const checks = document.getElementById("checks");
  const KEEP_SECONDS = 15, CHECK_SECONDS = 1.2, LONGEST_BEACON = 60000;
  let dirty = false, leaving = false, checking;

  const body = () => new URLSearchParams(new FormData(form));
  const ask = (address) => fetch(address, { method: "POST", body: body(), headers: { Accept: "application/json" } });

  async function keep() {
    if (!dirty || leaving) return;
    dirty = false;
    try {
      const answer = await ask(form.dataset.unsaved);
      if (answer.status === 401) said.textContent = form.dataset.covered;
      else if (answer.ok || answer.status === 413) said.textContent = (await answer.json()).message;
      else throw new Error(answer.status);
      if (!answer.ok) dirty = true;
    } catch {
      dirty = true;
      said.textContent = form.dataset.away;
    }
  }
  async function check() {
    checking?.abort();
    checking = new AbortController();
    try {
      const answer = await fetch(form.dataset.check, { method: "POST", body: body(), headers: { Accept: "application/json" }, signal: checking.signal });
      if (answer.ok) checks.innerHTML = await answer.text();
    } catch { /* asked again with the next letter */ }
  }
  let soon;
  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(soon);
    soon = setTimeout(check, CHECK_SECONDS * 1000);
  });
  setInterval(keep, KEEP_SECONDS * 1000);
  addEventListener("pagehide", () => {
    const sent = body();
    if (dirty && !leaving && sent.toString().length < LONGEST_BEACON) navigator.sendBeacon(form.dataset.unsaved, sent);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  form.addEventListener("submit", (event) => { if (!event.submitter?.formTarget) leaving = true; });
  addEventListener("pageshow", () => { leaving = false; });

  for (const rows of form.querySelectorAll("[data-rows]")) {
    const add = rows.querySelector("[data-add]");
    const total = rows.querySelector("[name$='-TOTAL_FORMS']");
    const empty = rows.querySelector("template");
    add.parentElement.hidden = false;
    add.addEventListener("click", () => {
      const html = empty.innerHTML.replaceAll("__prefix__", total.value);
      add.parentElement.insertAdjacentHTML("beforebegin", html);
      const row = add.parentElement.previousElementSibling;
      total.value = Number(total.value) + 1;
      row.querySelector("[data-number]").textContent = total.value;
      row.dispatchEvent(new Event("rows-added", { bubbles: true }));
      row.querySelector("input:not([type=hidden]), textarea:not([hidden])").focus();
    });
  }
  /* A link to a field leads into its editor. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#id_']");
    const area = link && document.getElementById(link.hash.slice(1));
    if (area?.prose) { event.preventDefault(); area.dispatchEvent(new Event("focus-editor")); }
  });
  document.querySelector("[data-focus]")?.focus();
})();
