/* Booking by phone: times follow the choice, and people follow what is typed, by themselves. The
   form is sent as it is (by POST: names have no place in an address), and a part of the answer
   takes its place. Without this script the buttons do the same. */
(() => {
  const form = document.querySelector('[data-book]');
  if (!form) return;
  document.documentElement.classList.add('has-script');
  const asked = { times: 0, people: 0 };
  let waiting;

  async function bring(part) {
    const place = document.getElementById(part);
    const mine = (asked[part] += 1);
    const data = new FormData(form);
    data.set('do', 'look');
    place.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(form.action, { method: 'POST', body: data, headers: { 'X-Part': part } });
      if (answer.status === 401) return form.requestSubmit(form.querySelector('[value=look]'));
      const text = await answer.text();
      if (mine !== asked[part] || !answer.ok) return;
      const typed = part === 'people' ? values(place) : {};
      const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById(part);
      if (!fresh) return;
      place.replaceWith(fresh);
      for (const [name, value] of Object.entries(typed)) form.elements[name].value = value;
    } catch {
      /* The button still works. */
    } finally {
      document.getElementById(part).removeAttribute('aria-busy');
    }
  }

  const values = (place) =>
    Object.fromEntries([...place.querySelectorAll('.new-person input')].map((one) => [one.name, one.value]));

  form.addEventListener('change', (event) => {
    if (['option', 'therapist', 'day'].includes(event.target.name)) bring('times');
    if (event.target.name === 'start' && event.target.value === '') form.elements.at.focus();
  });
  form.addEventListener('input', (event) => {
    if (event.target.name === 'at') form.querySelector('.other input').checked = true;
    if (event.target.name !== 'q') return;
    clearTimeout(waiting);
    waiting = setTimeout(() => bring('people'), 250);
  });
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target.name !== 'q') return;
    event.preventDefault();
    clearTimeout(waiting);
    bring('people');
  });
})();
