/* Moving with the keyboard: Space picks up, arrows move, Enter drops, Escape cancels. */

import { board, firstMinute, lanes, step } from "./lanes.js";
import { cancel, currentMove, drop, isReviewing, pickUp, place } from "./moving.js";
import { isPointerDown } from "./pointer.js";

/** How long the focus may be elsewhere before a move is cancelled, in milliseconds. */
const FOCUS_PAUSE = 300;
const ARROWS = {
  ArrowUp: { lanes: 0, minutes: -step },
  ArrowDown: { lanes: 0, minutes: step },
  ArrowLeft: { lanes: -1, minutes: 0 },
  ArrowRight: { lanes: 1, minutes: 0 },
};

function moveBy(arrow) {
  const { copy, lane, minute } = currentMove();
  const target = lanes[lanes.indexOf(lane) + arrow.lanes] ?? lane;
  place(target, firstMinute(target) + minute - firstMinute(lane) + arrow.minutes);
  copy.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function onKeydown(event) {
  const link = event.target.closest("a[data-minute]");
  if (!link || isReviewing()) return;
  const isMoving = Boolean(currentMove());
  if (event.key === " " || (isMoving && event.key === "Enter")) {
    event.preventDefault();
    if (isMoving) drop();
    else pickUp(link);
  } else if (isMoving && event.key in ARROWS) {
    event.preventDefault();
    moveBy(ARROWS[event.key]);
  }
}

function cancelIfUnattended() {
  if (!isReviewing() && !isPointerDown()) cancel();
}

/** Listen to the keyboard. */
export function enableKeyboard() {
  board.addEventListener("keydown", onKeydown);
  board.addEventListener("focusout", () => {
    if (currentMove() && !isReviewing() && !isPointerDown()) {
      setTimeout(cancelIfUnattended, FOCUS_PAUSE);
    }
  });
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && !isReviewing()) cancel();
  });
}
