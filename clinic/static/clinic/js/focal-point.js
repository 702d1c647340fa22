/*
 * The focal point of a picture: a click on the picture sets the two numbers, and a mark shows
 * where they point. Without this script the numbers are typed.
 */

const frame = document.querySelector("[data-focal]");
const mark = frame.querySelector("[data-mark]");
const [xField, yField] = frame.dataset.focal.split(" ").map((id) => document.getElementById(id));

/** The number in a field, limited to 0 to 100. */
function percentOf(field) {
  return Math.min(100, Math.max(0, Number(field.value) || 0));
}

function moveMark() {
  mark.style.left = `${percentOf(xField)}%`;
  mark.style.top = `${percentOf(yField)}%`;
}

function setFromClick(event) {
  const box = frame.getBoundingClientRect();
  xField.value = Math.round(((event.clientX - box.left) / box.width) * 100);
  yField.value = Math.round(((event.clientY - box.top) / box.height) * 100);
  moveMark();
}

frame.addEventListener("click", setFromClick);
xField.addEventListener("input", moveMark);
yField.addEventListener("input", moveMark);
mark.hidden = false;
moveMark();
