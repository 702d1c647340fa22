/*
 * The calendar of the desk: moving an appointment with the mouse, a finger or the keyboard, and
 * booking a free time by a click on it. Without this script the page of an appointment moves it.
 */

import { enableKeyboard } from "./desk-calendar/keyboard.js";
import { board, laneOf, laneParameter, minuteAt, toIso } from "./desk-calendar/lanes.js";
import { canReview, currentMove } from "./desk-calendar/moving.js";
import { enablePointer } from "./desk-calendar/pointer.js";

/** Open the booking page for the very time that was pressed in a free stretch. */
function bookFreeTime(event) {
  const link = event.target.closest("a[data-free-time]");
  const isPointed = event.clientY > 0; // a key presses the link as a whole
  if (!link || !isPointed || event.defaultPrevented || currentMove()) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const lane = laneOf(link);
  const first = Date.parse(new URL(link.href).searchParams.get("start")) / 60_000;
  const start = toIso(Math.max(first, minuteAt(lane, event.clientY)));
  const parameters = new URLSearchParams({ start, ...laneParameter(lane) });
  location.assign(`${board.dataset.bookingUrl}?${parameters}`);
}

/** Show the present, where the page is longer than the window. */
function scrollToNow() {
  const now = board.querySelector("[data-now]");
  if (now && now.getBoundingClientRect().top > innerHeight) now.scrollIntoView({ block: "center" });
}

if (board && canReview) {
  board.dataset.movable = "true";
  enableKeyboard();
  enablePointer(); // before the listener below: it cancels the click at the end of a drag
  board.addEventListener("click", bookFreeTime);
  scrollToNow();
}
