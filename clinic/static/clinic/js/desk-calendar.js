/* Moving in the calendar: drag with a mouse, a long press and a drag with a finger, or Space, arrows,
   Enter and Escape. Dropping asks the server what would change and shows its answer; only the
   button in there moves anything. Without this script each appointment's own page does the same. */
(() => {
  const board = document.querySelector('[data-board]');
  const dialog = document.querySelector('[data-review]');
  if (!board || !dialog || !dialog.showModal) return;
  const UNIT = 5, LONG_PRESS = 450, SHAKE = 8, EDGE = 48;
  const step = Math.max(UNIT, Math.round(Number(board.dataset.grid) / UNIT) * UNIT);
  const lanes = [...board.querySelectorAll('[data-lane]')];
  const say = document.querySelector('[data-say]');
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: 'numeric', minute: '2-digit', timeZone: board.dataset.zone,
  });
  let held = null;    // what is picked up: link, block, ghost, lane, minute
  let press = null;   // a pointer that is down and may become a drag
  let dragged = false;

  document.documentElement.classList.add('has-drag');
  const number = (one, kind) => Number((one.className.match(`\\b${kind}(\\d+)\\b`) || [0, 0])[1]);
  const base = (lane) => Number(lane.dataset.base);
  const rows = (lane) => number(lane.querySelector('.lane-bg > i'), 'd');
  const tell = (words, values) => {
    say.textContent = words.replace(/{(\w+)}/g, (_, name) => values[name]);
  };

  function lift(link) {
    const block = link.parentElement;
    const ghost = document.createElement('li');
    ghost.setAttribute('aria-hidden', 'true');
    held = {
      link, block, ghost, lane: link.closest('[data-lane]'), minute: Number(link.dataset.minute),
      length: number(block, 'd'), name: link.firstElementChild.nextSibling.textContent.trim(),
    };
    held.from = { lane: held.lane, minute: held.minute };
    block.classList.add('is-lifted');
    put(held.lane, held.minute);
    tell(board.dataset.picked, { name: held.name, time: clock.format(held.minute * 60000) });
  }

  function put(lane, minute) {
    const most = (rows(lane) - held.length) * UNIT;
    const offset = Math.max(0, Math.min(most, minute - base(lane)));
    Object.assign(held, { lane, minute: base(lane) + offset });
    held.ghost.className = `ghost s${Math.floor(offset / UNIT)} d${held.length}`;
    const time = clock.format(held.minute * 60000);
    held.ghost.textContent = `${time} ${held.name}`;
    const list = lane.querySelector('.lane-fg');
    if (held.ghost.parentElement !== list) list.append(held.ghost);
    tell(board.dataset.at, { time, lane: lane.dataset.name });
  }

  function leave() {
    if (!held) return;
    held.block.classList.remove('is-lifted');
    held.ghost.remove();
    document.body.classList.remove('is-dragging');
    held = press = null;
    say.textContent = board.dataset.left;
  }

  async function drop() {
    const { link, lane, minute, from } = held;
    if (lane === from.lane && minute === from.minute) return leave();
    const wish = new URLSearchParams({
      start: new Date(minute * 60000).toISOString(),
      [board.dataset.by === 'rooms' ? 'room' : 'therapist']: lane.dataset.lane,
      next: location.pathname + location.search,
    });
    const address = `${link.getAttribute('href')}move/?${wish}`;
    document.body.classList.remove('is-dragging');
    try {
      const answer = await fetch(address, { headers: { 'X-Part': 'review' } });
      if (answer.status === 401 || answer.redirected) return location.assign(address);
      dialog.innerHTML = await answer.text();
      dialog.showModal();
    } catch {
      location.assign(address);
    }
  }

  dialog.addEventListener('close', () => {
    const link = held?.link;
    leave();
    link?.focus();
  });
  dialog.addEventListener('click', (event) => {
    if (!event.target.closest('[data-leave]')) return;
    event.preventDefault();
    dialog.close();
  });

  /* The keyboard. */
  board.addEventListener('keydown', (event) => {
    const link = event.target.closest('a[data-minute]');
    if (!link || dialog.open) return;
    if (event.key === ' ' || (held && event.key === 'Enter')) {
      event.preventDefault();
      return held ? drop() : lift(link);
    }
    if (!held) return;
    const by = { ArrowUp: [0, -step], ArrowDown: [0, step], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (!by) return;
    event.preventDefault();
    const lane = lanes[lanes.indexOf(held.lane) + by[0]] || held.lane;
    put(lane, base(lane) + held.minute - base(held.lane) + by[1]);
    held.ghost.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
  addEventListener('keydown', (event) => { if (event.key === 'Escape' && !dialog.open) leave(); });
  board.addEventListener('focusout', () => { if (held && !press && !dialog.open) setTimeout(() => dialog.open || press || leave(), 300); });

  /* The mouse, and the finger after a long press: a short touch scrolls or opens, as anywhere. */
  function grab() {
    lift(press.link);
    dragged = true;
    press.above = press.y - held.block.getBoundingClientRect().top;
    document.body.classList.add('is-dragging');
    navigator.vibrate?.(15);
  }

  board.addEventListener('pointerdown', (event) => {
    const link = event.target.closest('a[data-minute]');
    dragged = false;
    if (!link || event.button !== 0 || held) return;
    press = { link, id: event.pointerId, x: event.clientX, y: event.clientY, touch: event.pointerType !== 'mouse' };
    if (press.touch) press.timer = setTimeout(() => press && grab(), LONG_PRESS);
  });
  addEventListener('pointermove', (event) => {
    if (!press || event.pointerId !== press.id) return;
    const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) > SHAKE;
    if (!held && far) {
      if (press.touch) { clearTimeout(press.timer); press = null; return; }
      grab();
    }
    if (held) follow(event);
  });

  function follow(event) {
    const lane = lanes.find((one) => {
      const { left, right } = one.getBoundingClientRect();
      return event.clientX >= left && event.clientX < right;
    }) || held.lane;
    const grid = lane.querySelector('.lane-bg').getBoundingClientRect();
    const minutes = ((event.clientY - press.above - grid.top) / grid.height) * rows(lane) * UNIT;
    put(lane, base(lane) + Math.round(minutes / step) * step);
    const view = board.getBoundingClientRect();
    if (event.clientX > view.right - EDGE) board.scrollLeft += 12;
    if (event.clientX < view.left + EDGE) board.scrollLeft -= 12;
    if (event.clientY > innerHeight - EDGE * 2) { board.scrollTop += 12; scrollBy(0, 12); }
    if (event.clientY < EDGE * 2) { board.scrollTop -= 12; scrollBy(0, -12); }
  }

  addEventListener('pointerup', (event) => {
    if (!press || event.pointerId !== press.id) return;
    clearTimeout(press.timer);
    press = null;
    if (held) drop();
  });
  addEventListener('pointercancel', (event) => {
    if (!press || event.pointerId !== press.id) return;
    clearTimeout(press.timer);
    press = null;
    leave();
  });
  board.addEventListener('touchmove', (event) => { if (held) event.preventDefault(); }, { passive: false });
  board.addEventListener('contextmenu', (event) => { if (press?.touch) event.preventDefault(); });
  board.addEventListener('click', (event) => {
    if (dragged) { event.preventDefault(); dragged = false; return; }
    const list = event.target.closest('.lane-fg');
    if (!list || event.target.closest('.block') || held) return;
    const lane = list.closest('[data-lane]');
    const { top, height } = list.previousElementSibling.getBoundingClientRect();
    const offset = Math.floor((((event.clientY - top) / height) * rows(lane) * UNIT) / step) * step;
    const start = new Date((base(lane) + offset) * 60000).toISOString();
    const key = board.dataset.by === 'rooms' ? 'room' : 'therapist';
    location.assign(`${board.dataset.book}?${new URLSearchParams({ start, [key]: lane.dataset.lane })}`);
  });

  const now = board.querySelector('.now');
  if (now) board.scrollTop = now.offsetTop - board.clientHeight / 3;
})();
