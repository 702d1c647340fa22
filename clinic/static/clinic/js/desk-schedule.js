/* "All at once" on the preview: the buttons set the radio buttons here and now. Without
   JavaScript, or to sweep away what was said to be wrong, the server does it. */
(() => {
  const form = document.querySelector('.impact');
  const say = form && form.querySelector('[data-all-say]');
  if (!say) return;
  form.addEventListener('click', (event) => {
    const button = event.target.closest('[data-all]');
    if (!button || form.querySelector('.field-error')) return;
    event.preventDefault();
    for (const radio of form.querySelectorAll(`[data-first="${button.dataset.all}"]`)) {
      radio.checked = true;
    }
    say.textContent = say.dataset.words;
  });
})();
