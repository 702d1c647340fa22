// Where htmx is there, times follow each choice by themselves: the button is not needed.
function hideButton() {
  if (!window.htmx) return;
  for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;
}

hideButton();
document.addEventListener("htmx:afterSettle", hideButton);
