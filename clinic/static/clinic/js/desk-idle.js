/* An idle desk covers itself. The server does so anyway; this hides the page at once, in every
   tab, and lets its person uncover it without leaving it, so that nothing typed is lost.
   Scripts of the desk that are told 401 dispatch "desk:covered" on the document. */
(() => {
  const desk = document.getElementById('desk');
  const cover = document.getElementById('desk-lock');
  if (!desk || !cover || !cover.showModal) return;
  const LIMIT = Number(desk.dataset.idleMinutes) * 60000;
  const SAID_EVERY = Math.min(60000, LIMIT / 3);
  const USED = 'desk-last-used';
  const COVERED = 'desk-locked-at';
  const OPENED = 'desk-opened-at';
  const form = cover.querySelector('[data-uncover]');
  const problem = cover.querySelector('[data-uncover-problem]');
  const password = cover.querySelector('[data-uncover-password]');
  const token = form.querySelector('[name=csrfmiddlewaretoken]').value;
  const JSON_ONLY = { Accept: 'application/json' };
  let said = Date.now();

  const post = (address) =>
    fetch(address, { method: 'POST', headers: { 'X-CSRFToken': token, ...JSON_ONLY } });
  const lastUsed = () => Number(localStorage.getItem(USED)) || said;
  const isCovered = () => desk.classList.contains('is-covered');
  const isLate = () => Date.now() - lastUsed() >= LIMIT;

  function hide({ tell = true } = {}) {
    if (isCovered()) return;
    desk.classList.add('is-covered');
    desk.inert = true;
    problem.hidden = true;
    cover.showModal();
    password.focus();
    if (!tell) return;
    localStorage.setItem(COVERED, Date.now());
    post(desk.dataset.cover).catch(() => {});
  }

  function show() {
    form.reset();
    form.elements.credential.value = '';
    desk.classList.remove('is-covered');
    desk.inert = false;
    cover.close();
  }

  /* Only what a person does counts: no timer and no fetch of the page. */
  function used(event) {
    if (!event.isTrusted || isCovered()) return;
    if (isLate()) return hide();
    const now = Date.now();
    localStorage.setItem(USED, now);
    if (now - said >= SAID_EVERY) {
      said = now;
      post(desk.dataset.here).then((answer) => { if (answer.status === 401) hide(); }).catch(() => {});
    }
  }

  function refuse(sentence) {
    problem.textContent = sentence;
    problem.hidden = false;
    form.elements.credential.value = '';
    password.value = '';
    password.focus();
  }

  async function uncover(event) {
    event.preventDefault();
    problem.hidden = true;
    try {
      const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), headers: JSON_ONLY });
      if (answer.status === 204) {
        localStorage.setItem(USED, Date.now());
        localStorage.setItem(OPENED, Date.now());
        show();
      } else if (answer.status === 422) {
        refuse((await answer.json()).errors.join(' '));
      } else if (answer.status === 429) {
        refuse(form.dataset.tooMany);
      } else {
        location.reload(); /* signed out meanwhile: the server says what to do */
      }
    } catch {
      refuse(form.dataset.offline);
    }
  }

  /* Another tab was covered: this one too. One was opened: this one if the server agrees. */
  function otherTab(event) {
    if (event.key === COVERED) hide({ tell: false });
    if (event.key === OPENED && isCovered()) {
      post(desk.dataset.here).then((answer) => { if (answer.status === 204) show(); }).catch(() => {});
    }
  }

  localStorage.setItem(USED, Date.now());
  for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchstart']) {
    addEventListener(kind, used, { passive: true });
  }
  cover.addEventListener('cancel', (event) => event.preventDefault());
  cover.addEventListener('close', () => { if (isCovered()) cover.showModal(); });
  form.addEventListener('submit', uncover);
  /* A form sent too late, or the button that covers: cover the page where it is. */
  addEventListener('submit', (event) => {
    const asked = event.target.matches('[data-cover-now]');
    if (event.target === form || !(asked || isCovered() || isLate())) return;
    event.preventDefault();
    event.stopPropagation();
    hide();
  }, true);
  addEventListener('storage', otherTab);
  document.addEventListener('desk:covered', () => hide());
  document.addEventListener('htmx:responseError', ({ detail }) => {
    if (detail.xhr.getResponseHeader('X-Desk')) hide();
  });
  const look = () => { if (isLate()) hide(); };
  setInterval(look, 1000);
  document.addEventListener('visibilitychange', look);
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted && Number(localStorage.getItem(COVERED)) > (Number(localStorage.getItem(OPENED)) || 0)) hide();
    look();
  });
})();
