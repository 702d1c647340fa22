/*
 * The calendar of the desk: moving an appointment with the mouse, a finger or the keyboard, and
 * booking a free time by a click on it. Without this script the page of an appointment moves it.
 */

import { enableKeyboard } from "./desk-calendar/keyboard.js";
import { board, laneOf, laneParameter, minuteAt, toIso } from "./desk-calendar/lanes.js";
import { canReview, currentMove } from "./desk-calendar/moving.js";
import { enablePointer } from "./desk-calendar/pointer.js";

/** Open the booking page for the free time that was clicked. */
function bookFreeTime(event) {
  if (event.defaultPrevented || currentMove()) return;
  const isFree = event.target.closest("[data-lane-list]") && !event.target.closest("li[data-rows]");
  if (!isFree) return;
  const lane = laneOf(event.target);
  const start = toIso(minuteAt(lane, event.clientY));
  const parameters = new URLSearchParams({ start, ...laneParameter(lane) });
  location.assign(`${board.dataset.bookingUrl}?${parameters}`);
}

function scrollToNow() {
  const now = board.querySelector("[data-now]");
  if (now) board.scrollTop = now.offsetTop - board.clientHeight / 3;
}

if (board && canReview) {
  board.dataset.movable = "true";
  enableKeyboard();
  enablePointer(); // before the listener below: it cancels the click at the end of a drag
  board.addEventListener("click", bookFreeTime);
  scrollToNow();
}
