// Where htmx is there, times follow each choice by themselves: the button is not needed.
// A class on the root, not on the button: what htmx brings in must not show it for a moment.
if (window.htmx) document.documentElement.classList.add("has-htmx");

// Whoever chose before htmx had come gets the times of that choice now.
function catchUp() {
  const form = document.querySelector(".chooser");
  const usual = (options) => Math.max([...options].findIndex((option) => option.defaultSelected), 0);
  const changed = [...form.elements].some(
    (one) => one.checked !== one.defaultChecked || (one.options && one.selectedIndex !== usual(one.options)),
  );
  if (window.htmx && changed) window.htmx.trigger(form, "change");
}

document.addEventListener("DOMContentLoaded", catchUp); // htmx, which came first, has begun by then
