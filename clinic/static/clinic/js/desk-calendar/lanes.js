/*
 * The lanes of the calendar, and which time stands where. A lane is a day of one therapist or of
 * one room. A minute is a whole number of minutes since 1970 in UTC.
 */

const MINUTES_PER_ROW = 5;

/** The calendar, or null on a page without one. */
export const board = document.querySelector("[data-calendar]");

/** All lanes, from the first to the last. */
export const lanes = [...(board?.querySelectorAll("[data-lane]") ?? [])];

/** How many minutes one step of a move is: the clinic's grid, in whole rows. */
export const step = Math.max(
  MINUTES_PER_ROW,
  Math.round(Number(board?.dataset.gridMinutes) / MINUTES_PER_ROW) * MINUTES_PER_ROW,
);

/**
 * The lane that an element stands in.
 * @param {Element} element
 * @returns {Element}
 */
export function laneOf(element) {
  return element.closest("[data-lane]");
}

/**
 * The lane below a point of the window.
 * @param {number} x in pixels
 * @returns {Element | undefined}
 */
export function laneAt(x) {
  return lanes.find((lane) => {
    const { left, right } = lane.getBoundingClientRect();
    return x >= left && x < right;
  });
}

/**
 * The minute at which a lane begins.
 * @param {Element} lane
 * @returns {number}
 */
export function firstMinute(lane) {
  return Number(lane.dataset.firstMinute);
}

/**
 * How many minutes an element covers: a lane, or the block of an appointment.
 * @param {HTMLElement} element
 * @returns {number}
 */
export function lengthOf(element) {
  return Number(element.dataset.rows) * MINUTES_PER_ROW;
}

/** The minutes, with a fraction, from the beginning of a lane down to a height of the window. */
function offsetAt(lane, y) {
  const { top, height } = lane.querySelector("[data-lane-grid]").getBoundingClientRect();
  return ((y - top) / height) * lengthOf(lane);
}

/**
 * The minute nearest to a height of the window, in whole steps.
 * @param {Element} lane
 * @param {number} y in pixels
 * @returns {number}
 */
export function minuteNearest(lane, y) {
  return firstMinute(lane) + Math.round(offsetAt(lane, y) / step) * step;
}

/**
 * The minute at which the step that covers a height of the window begins.
 * @param {Element} lane
 * @param {number} y in pixels
 * @returns {number}
 */
export function minuteAt(lane, y) {
  return firstMinute(lane) + Math.floor(offsetAt(lane, y) / step) * step;
}

/**
 * The class names that place a block in a lane (desk/calendar/rows.css).
 * @param {number} offset minutes from the beginning of the lane
 * @param {number} length in minutes
 * @returns {string}
 */
export function placement(offset, length) {
  return `s${Math.floor(offset / MINUTES_PER_ROW)} d${length / MINUTES_PER_ROW}`;
}

/**
 * The query parameter that names the therapist or the room of a lane.
 * @param {Element} lane
 * @returns {Record<string, string>}
 */
export function laneParameter(lane) {
  const name = board.dataset.laneKind === "rooms" ? "room" : "therapist";
  return { [name]: lane.dataset.lane };
}

/**
 * A minute as the server reads it.
 * @param {number} minute
 * @returns {string}
 */
export function toIso(minute) {
  return new Date(minute * 60_000).toISOString();
}

let formatter;

/**
 * A minute as a time of day in the clinic's time zone and the page's language.
 * @param {number} minute
 * @returns {string}
 */
export function formatTime(minute) {
  formatter ??= new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "numeric",
    minute: "2-digit",
    timeZone: board.dataset.zone,
  });
  return formatter.format(minute * 60_000);
}
