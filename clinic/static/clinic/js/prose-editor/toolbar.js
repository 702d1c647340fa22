/* The toolbar of an editor. */

import { createButton, createElement } from "./elements.js";
import { translate } from "./library.js";
import { openPanel } from "./panels.js";

const note = { kind: "note" };
const care = { kind: "care" };
const newTable = { rows: 3, cols: 2, withHeaderRow: true };

/*
 * The groups of buttons. A button has a label and either a `panel` to open or a command to `run`
 * on the editor's chain. `active` names what the selection must be in for the button to be
 * pressed. `only` limits it: to fields of blocks, or there to a selection in a table.
 */
const groups = [
  [
    { label: "Bold", run: (chain) => chain.toggleBold(), active: ["bold"] },
    { label: "Italic", run: (chain) => chain.toggleItalic(), active: ["italic"] },
    { label: "Link", panel: "link", active: ["link"] },
    { label: "Source", panel: "reference", active: ["reference"] },
    { label: "How sure", panel: "evidence", active: ["evidence"] },
    { label: "Refuted claim", run: (chain) => chain.toggleMark("refuted"), active: ["refuted"] },
  ],
  [
    heading("Heading", 2),
    heading("Smaller heading", 3),
    heading("Smallest heading", 4),
    block("Bullets", (chain) => chain.toggleBulletList(), ["bulletList"]),
    block("Numbers", (chain) => chain.toggleOrderedList(), ["orderedList"]),
    block("Quote", (chain) => chain.toggleBlockquote(), ["blockquote"]),
    block("Note", (chain) => chain.toggleWrap("callout", note), ["callout", note]),
    block("Care", (chain) => chain.toggleWrap("callout", care), ["callout", care]),
    { label: "Figure", panel: "figure", active: ["figure"], only: "blocks" },
    block("Table", (chain) => chain.insertTable(newTable), ["table"]),
    { label: "Row below", run: (chain) => chain.addRowAfter(), only: "table" },
    { label: "Column after", run: (chain) => chain.addColumnAfter(), only: "table" },
    { label: "Row away", run: (chain) => chain.deleteRow(), only: "table" },
    { label: "Column away", run: (chain) => chain.deleteColumn(), only: "table" },
    { label: "Table away", run: (chain) => chain.deleteTable(), only: "table" },
  ],
  [
    { label: "Undo", run: (chain) => chain.undo() },
    { label: "Redo", run: (chain) => chain.redo() },
  ],
];

function block(label, run, active) {
  return { label, run, active, only: "blocks" };
}

function heading(label, level) {
  return block(label, (chain) => chain.toggleHeading({ level }), ["heading", { level }]);
}

function press(editor, item) {
  if (item.panel) openPanel(editor, item.panel);
  else item.run(editor.chain().focus()).run();
}

/** The groups of a kind of field, without those that have no button there. */
function groupsFor(kind) {
  const isOffered = (item) => !item.only || kind === "blocks";
  return groups.map((group) => group.filter(isOffered)).filter((group) => group.length);
}

/** Show which buttons are pressed, and those for tables only inside one. */
function update(editor, entries) {
  for (const { item, button } of entries) {
    if (item.active) button.setAttribute("aria-pressed", String(editor.isActive(...item.active)));
    if (item.only === "table") button.hidden = !editor.isActive("table");
  }
}

/** Move the focus with the arrow keys; one button at a time can be reached with Tab. */
function moveFocus(event, buttons) {
  const visible = buttons.filter((button) => !button.hidden);
  const current = visible.indexOf(document.activeElement);
  const targets = {
    ArrowRight: current + 1,
    ArrowLeft: current - 1,
    Home: 0,
    End: visible.length - 1,
  };
  if (!(event.key in targets) || current < 0) return;
  event.preventDefault();
  const next = visible[(targets[event.key] + visible.length) % visible.length];
  for (const button of visible) button.tabIndex = button === next ? 0 : -1;
  next.focus();
}

function createSeparator() {
  return createElement("span", { role: "separator" });
}

/**
 * The toolbar of an editor.
 * @param {object} editor
 * @param {"line" | "lines" | "blocks"} kind the kind of its field
 * @param {string} name the name of its field
 * @returns {HTMLDivElement}
 */
export function createToolbar(editor, kind, name) {
  const toolbar = createElement("div", { className: "prose-bar" });
  toolbar.setAttribute("role", "toolbar");
  toolbar.setAttribute("aria-label", `${name}: ${translate("form")}`);
  const entries = [];
  for (const group of groupsFor(kind)) {
    if (entries.length) toolbar.append(createSeparator());
    for (const item of group) {
      const button = createButton(translate(item.label), () => press(editor, item));
      button.tabIndex = entries.length ? -1 : 0;
      entries.push({ item, button });
      toolbar.append(button);
    }
  }
  const buttons = entries.map((entry) => entry.button);
  toolbar.addEventListener("keydown", (event) => moveFocus(event, buttons));
  editor.on("transaction", () => update(editor, entries));
  update(editor, entries);
  return toolbar;
}
