/* An idle desk covers itself. The server does so anyway; this hides the page at once, and lets
   its person uncover it without leaving it, so that nothing typed is lost. */
(() => {
  const desk = document.getElementById('desk');
  const cover = document.getElementById('desk-cover');
  if (!desk || !cover || !cover.showModal) return;
  const LIMIT = Number(desk.dataset.idleMinutes) * 60000;
  const SAID_EVERY = Math.min(60000, LIMIT / 3);
  const LAST = 'desk-last-used';
  const form = cover.querySelector('[data-uncover]');
  const problem = cover.querySelector('[data-uncover-problem]');
  const password = cover.querySelector('[data-uncover-password]');
  const token = form.querySelector('[name=csrfmiddlewaretoken]').value;
  let said = Date.now();

  const post = (address) =>
    fetch(address, { method: 'POST', headers: { 'X-CSRFToken': token, Accept: 'application/json' } });
  const lastUsed = () => Number(localStorage.getItem(LAST)) || said;
  const isCovered = () => desk.classList.contains('is-covered');

  function hide() {
    if (isCovered()) return;
    desk.classList.add('is-covered');
    desk.inert = true;
    problem.hidden = true;
    cover.showModal();
    password.focus();
    post(desk.dataset.cover).catch(() => {});
  }

  function show() {
    form.reset();
    form.elements.credential.value = '';
    desk.classList.remove('is-covered');
    desk.inert = false;
    localStorage.setItem(LAST, Date.now());
    cover.close();
  }

  /* Only what a person does counts: no timer and no fetch of the page. */
  function used(event) {
    if (!event.isTrusted || isCovered()) return;
    const now = Date.now();
    if (now - lastUsed() >= LIMIT) return hide();
    localStorage.setItem(LAST, now);
    if (now - said >= SAID_EVERY) {
      said = now;
      post(desk.dataset.here).then((answer) => { if (answer.status === 401) hide(); }).catch(() => {});
    }
  }

  async function uncover(event) {
    event.preventDefault();
    problem.hidden = true;
    try {
      const answer = await fetch(form.action, {
        method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' },
      });
      if (answer.status === 204) return show();
      if (answer.redirected || answer.status === 401) return location.assign(form.action);
      const said = answer.status === 422 ? (await answer.json()).errors.join(' ') : answer.statusText;
      problem.textContent = said || String(answer.status);
    } catch {
      problem.textContent = '…';
    }
    form.elements.credential.value = '';
    password.value = '';
    problem.hidden = false;
    password.focus();
  }

  localStorage.setItem(LAST, Date.now());
  for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchstart']) {
    addEventListener(kind, used, { passive: true });
  }
  cover.addEventListener('cancel', (event) => event.preventDefault());
  form.addEventListener('submit', uncover);
  /* A form sent from another tab's covered desk, or the very second before: cover instead. */
  addEventListener('submit', (event) => {
    if (event.target !== form && (isCovered() || Date.now() - lastUsed() >= LIMIT)) {
      event.preventDefault();
      hide();
    }
  }, true);
  const look = () => { if (Date.now() - lastUsed() >= LIMIT) hide(); };
  setInterval(look, 1000);
  document.addEventListener('visibilitychange', look);
})();
