// A click on the picture says which point of it matters; the mark follows the two numbers.
// Without this file the numbers alone say it.
const frame = document.querySelector("[data-focal]");
const mark = frame.querySelector("[data-mark]");
const [across, down] = frame.dataset.focal.split(" ").map((id) => document.getElementById(id));

function percent(input) {
  return Math.min(100, Math.max(0, Number(input.value) || 0));
}

function show() {
  mark.style.left = `${percent(across)}%`;
  mark.style.top = `${percent(down)}%`;
}

frame.addEventListener("click", (event) => {
  const box = frame.getBoundingClientRect();
  across.value = Math.round(((event.clientX - box.left) / box.width) * 100);
  down.value = Math.round(((event.clientY - box.top) / box.height) * 100);
  show();
});
across.addEventListener("input", show);
down.addEventListener("input", show);
mark.hidden = false;
show();
