/*
 * One move at a time: an appointment is picked up, placed, and dropped or cancelled. Dropping asks
 * the server what would change and shows its answer in a dialog; only the button in there moves
 * the appointment.
 */

import {
  board,
  firstMinute,
  formatTime,
  laneOf,
  laneParameter,
  lengthOf,
  placement,
  toIso,
} from "./lanes.js";

const dialog = document.querySelector("[data-review]");
const status = document.querySelector("[data-status]");

/** The move that is going on, or null: link, block, copy, name, length, lane, minute, from. */
let move = null;

/** Whether this browser can show the dialog that every move ends in. */
export const canReview = Boolean(dialog?.showModal);

/**
 * The move that is going on.
 * @returns {?{block: HTMLElement, copy: HTMLElement, lane: Element, minute: number}}
 */
export function currentMove() {
  return move;
}

/**
 * Whether the dialog with the server's answer is open.
 * @returns {boolean}
 */
export function isReviewing() {
  return dialog.open;
}

/** Announce a sentence with its {names} replaced by values. */
function announce(sentence, values) {
  status.textContent = sentence.replace(/{(\w+)}/g, (_, name) => values[name]);
}

/** The element that shows where the appointment would be. */
function createCopy() {
  const copy = document.createElement("li");
  copy.setAttribute("aria-hidden", "true");
  return copy;
}

/**
 * Pick up an appointment.
 * @param {HTMLAnchorElement} link the link in its block
 */
export function pickUp(link) {
  const block = link.parentElement;
  const from = { lane: laneOf(link), minute: Number(link.dataset.minute) };
  const name = link.firstElementChild.nextSibling.textContent.trim();
  move = { link, block, name, from, ...from, copy: createCopy(), length: lengthOf(block) };
  block.dataset.state = "moving";
  place(from.lane, from.minute);
  announce(board.dataset.pickedUpText, { name, time: formatTime(from.minute) });
}

/**
 * Place the appointment that was picked up, inside its lane.
 * @param {Element} lane
 * @param {number} minute
 */
export function place(lane, minute) {
  const latest = lengthOf(lane) - move.length;
  const offset = Math.max(0, Math.min(latest, minute - firstMinute(lane)));
  move.lane = lane;
  move.minute = firstMinute(lane) + offset;
  const time = formatTime(move.minute);
  move.copy.className = `drag-preview ${placement(offset, move.length)}`;
  move.copy.textContent = `${time} ${move.name}`;
  const list = lane.querySelector("[data-lane-list]");
  if (move.copy.parentElement !== list) list.append(move.copy);
  announce(board.dataset.placedText, { time, lane: lane.dataset.name });
}

/** Leave the appointment where it was. Dispatches "move-cancelled" on the board. */
export function cancel() {
  if (!move) return;
  delete move.block.dataset.state;
  move.copy.remove();
  move = null;
  status.textContent = board.dataset.cancelledText;
  board.dispatchEvent(new Event("move-cancelled"));
}

/** The page on which the server shows what the move would change. */
function reviewAddress({ link, lane, minute }) {
  const parameters = new URLSearchParams({
    start: toIso(minute),
    ...laneParameter(lane),
    next: location.pathname + location.search,
  });
  return `${link.getAttribute("href")}move/?${parameters}`;
}

/** Drop the appointment where it is placed, and show what that would change. */
export async function drop() {
  const { from, lane, minute } = move;
  if (lane === from.lane && minute === from.minute) {
    cancel();
    return;
  }
  const address = reviewAddress(move);
  try {
    const response = await fetch(address, { headers: { "X-Part": "review" } });
    if (response.status === 401 || response.redirected) {
      location.assign(address); // the lock screen, or the sign-in page
      return;
    }
    dialog.innerHTML = await response.text();
    dialog.showModal();
    dialog.querySelector("form button")?.focus(); // else the first field, far above what it is about
  } catch {
    location.assign(address);
  }
}

dialog?.addEventListener("close", () => {
  const link = move?.link;
  cancel();
  link?.focus();
});
dialog?.addEventListener("click", (event) => {
  if (!event.target.closest("[data-leave]")) return;
  event.preventDefault();
  dialog.close();
});
