/*
 * Moving with the mouse, or with a finger after a long press: a short touch opens the appointment
 * or scrolls, as everywhere.
 */

import { board, laneAt, minuteNearest } from "./lanes.js";
import { cancel, currentMove, drop, pickUp, place } from "./moving.js";

const LONG_PRESS = 450; // milliseconds
const VIBRATION = 15; // milliseconds
/** How far a pointer may move before it is a drag or a swipe, in pixels. */
const TOLERANCE = 8;
/** How near to an edge a drag scrolls, and by how much, in pixels. */
const EDGE = 48;
const SCROLL = 12;

/** The pointer that is down on an appointment, or null. */
let press = null;
/** Whether the next click is only the end of a drag. */
let endsDrag = false;

/**
 * Whether a pointer is down on an appointment.
 * @returns {boolean}
 */
export function isPointerDown() {
  return press !== null;
}

function startDrag() {
  pickUp(press.link);
  endsDrag = true;
  press.distanceFromTop = press.y - currentMove().block.getBoundingClientRect().top;
  document.body.dataset.dragging = "true";
  navigator.vibrate?.(VIBRATION);
}

/** Forget the pointer that is down. */
function release() {
  clearTimeout(press?.timer);
  press = null;
  delete document.body.dataset.dragging;
}

function onPointerdown(event) {
  const link = event.target.closest("a[data-minute]");
  endsDrag = false;
  if (!link || event.button !== 0 || currentMove()) return;
  const isTouch = event.pointerType !== "mouse";
  press = { link, isTouch, id: event.pointerId, x: event.clientX, y: event.clientY };
  if (isTouch) press.timer = setTimeout(startDrag, LONG_PRESS);
}

function scrollAtEdges({ clientX, clientY }) {
  const { left, right } = board.getBoundingClientRect();
  if (clientX > right - EDGE) board.scrollLeft += SCROLL;
  if (clientX < left + EDGE) board.scrollLeft -= SCROLL;
  const down = clientY > innerHeight - EDGE * 2;
  const up = clientY < EDGE * 2;
  if (!down && !up) return;
  const distance = down ? SCROLL : -SCROLL;
  board.scrollTop += distance;
  scrollBy(0, distance);
}

function follow(event) {
  const lane = laneAt(event.clientX) ?? currentMove().lane;
  place(lane, minuteNearest(lane, event.clientY - press.distanceFromTop));
  scrollAtEdges(event);
}

function onPointermove(event) {
  if (event.pointerId !== press?.id) return;
  const hasMoved = Math.hypot(event.clientX - press.x, event.clientY - press.y) > TOLERANCE;
  if (!currentMove() && hasMoved) {
    if (press.isTouch) {
      release(); // a swipe, which scrolls
      return;
    }
    startDrag();
  }
  if (currentMove()) follow(event);
}

function onPointerup(event) {
  if (event.pointerId !== press?.id) return;
  release();
  if (currentMove()) drop();
}

function onPointercancel(event) {
  if (event.pointerId !== press?.id) return;
  release();
  cancel();
}

function onClick(event) {
  if (!endsDrag) return;
  event.preventDefault();
  endsDrag = false;
}

/** A finger that moves an appointment does not scroll the page. */
function preventScrolling(event) {
  if (currentMove()) event.preventDefault();
}

function preventMenu(event) {
  if (press?.isTouch) event.preventDefault();
}

/** Listen to the mouse and to touch. */
export function enablePointer() {
  board.addEventListener("pointerdown", onPointerdown);
  addEventListener("pointermove", onPointermove);
  addEventListener("pointerup", onPointerup);
  addEventListener("pointercancel", onPointercancel);
  board.addEventListener("move-cancelled", release);
  board.addEventListener("click", onClick);
  board.addEventListener("contextmenu", preventMenu);
  board.addEventListener("touchmove", preventScrolling, { passive: false });
}
