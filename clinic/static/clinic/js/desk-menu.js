/* The "More" menu of the desk closes when the focus or the pointer goes elsewhere. */

const menu = document.querySelector("[data-menu]");

function closeFromOutside({ target }) {
  if (menu.open && !menu.contains(target)) menu.open = false;
}

function closeOnEscape({ key }) {
  if (key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

if (menu) {
  document.addEventListener("focusin", closeFromOutside);
  document.addEventListener("pointerdown", closeFromOutside);
  menu.addEventListener("keydown", closeOnEscape);
}
