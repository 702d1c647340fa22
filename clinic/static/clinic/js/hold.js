// The countdown of a held time. Without it the page still says until when the time is kept.
// Nothing moves but the number, once a second; a screen reader hears three sentences in all.
const bar = document.querySelector("[data-hold]");
const say = document.querySelector("[data-hold-say]");
const left = bar.querySelector("[data-hold-left]");
const extend = bar.querySelector("[data-hold-extend]");
// The server's clock counts, not this device's.
const skew = Date.parse(bar.dataset.now) - Date.now();
let until = Date.parse(bar.dataset.until);
let announced = "";
let busy = false;
let trouble = "";

function announce(name) {
  if (announced !== name) {
    announced = name;
    say.textContent = bar.dataset[name] ?? "";
  }
}

function tick() {
  const seconds = Math.max(0, Math.ceil((until - (Date.now() + skew)) / 1000));
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  left.textContent = `${bar.dataset.left.replace("{time}", clock)} ${trouble}`;
  bar.classList.toggle("is-low", seconds <= 60);
  bar.classList.toggle("is-gone", seconds === 0);
  if (seconds === 0) {
    left.textContent = bar.dataset.gone;
    if (extend) extend.hidden = true;
    announce("gone");
  } else if (seconds <= 25) announce("soon");
  else if (seconds <= 60) announce("one");
}

// Keeping it longer must not lose what has been typed: it happens beside the form.
async function keepLonger(event) {
  event.preventDefault();
  if (busy) return; // not `disabled`: that would take the focus away
  busy = true;
  trouble = "";
  let answer;
  try {
    answer = await fetch(extend.action, { method: "POST", body: new FormData(extend) });
  } catch {
    // Nobody answered: stay, with all that was typed, and say so.
    trouble = bar.dataset.away;
    busy = false;
    say.textContent = trouble;
    return tick();
  }
  try {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-hold]");
    if (!answer.ok || !fresh || answer.url !== location.href) throw new Error("changed");
    until = Date.parse(fresh.dataset.until);
    bar.querySelector(".hold-text").firstChild.textContent =
      fresh.querySelector(".hold-text").firstChild.textContent;
    announced = "";
    say.textContent = fresh.querySelector(".hold-text").textContent;
    if (!fresh.querySelector("[data-hold-extend]")) {
      if (extend.contains(document.activeElement)) document.querySelector("main").focus();
      extend.remove();
    }
    busy = false;
    tick();
  } catch {
    extend.removeEventListener("submit", keepLonger);
    extend.requestSubmit();
  }
}

if (extend) extend.addEventListener("submit", keepLonger);
tick();
setInterval(tick, 1000);
