/*
 * Forms that choose what a page shows are sent as soon as a choice is made. Without this script
 * their button sends them.
 */

for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.querySelector("button").hidden = true;
  form.addEventListener("change", (event) => {
    // A date that is being typed is complete only when it is valid.
    if ((event.target.checkValidity() && event.target.value !== "") || event.target.options)
      form.requestSubmit();
  });
}
