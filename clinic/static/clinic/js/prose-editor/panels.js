/*
 * The small panels below the toolbar. Each asks for something and inserts it into the text. A
 * panel is a function from an editor to its fields and to `insert`, which returns a sentence if
 * something is missing.
 */

import { evidenceLabels, pictures, sources } from "./choices.js";
import { createButton, createElement, createField, createInput, createSelect } from "./elements.js";
import { translate } from "./library.js";

const LONGEST_CITATION = 70; // characters
const REVIEW_AFTER = 2 * 365.25 * 24 * 60 * 60 * 1000; // two years, in milliseconds

/** The attributes of the selected node, or nothing if another one is selected. */
function selectedAttributes(editor, name) {
  return editor.isActive(name) ? editor.getAttributes(name) : {};
}

function insertLink(editor, href) {
  const chain = editor.chain().focus().extendMarkRange("link");
  if (!href) return chain.unsetLink().run();
  const hasWords = !editor.state.selection.empty || editor.isActive("link");
  if (hasWords) return chain.setLink({ href }).run();
  const marks = [{ type: "link", attrs: { href } }];
  return chain.insertContent({ type: "text", text: href, marks }).run();
}

function linkPanel(editor) {
  const address = createInput("text", editor.getAttributes("link").href);
  const words = "Address (https://, mailto:, tel: or a page of ours such as /articles/...)";
  return {
    fields: [createField(translate(words), address)],
    insert() {
      const href = address.value.trim();
      if (insertLink(editor, href) || !href) return "";
      return translate("This is no address that may be linked to.");
    },
  };
}

function evidencePanel(editor) {
  const current = selectedAttributes(editor, "evidence");
  const inTwoYears = new Date(Date.now() + REVIEW_AFTER).toISOString().slice(0, 10);
  const label = createSelect(evidenceLabels(), current.label || "weak");
  const day = createInput("date", current.label ? current.reviewBy : inTwoYears);
  return {
    fields: [
      createField(translate("How sure are we?"), label),
      createField(translate("Look at it again by"), day),
    ],
    insert() {
      const attrs = { label: label.value, reviewBy: day.value || null };
      editor
        .chain()
        .focus()
        .insertContent([{ type: "evidence", attrs }])
        .run();
      return "";
    },
  };
}

function createSourceChoice(source, chosenKeys) {
  const box = createInput("checkbox", source.key);
  box.checked = chosenKeys.includes(source.key);
  const label = createElement("label");
  label.append(box, ` ${source.key}: ${source.citation.slice(0, LONGEST_CITATION)}`);
  return { box, label };
}

function referencePanel(editor) {
  const chosenKeys = (selectedAttributes(editor, "reference").keys || "").split(" ");
  const choices = sources()
    .filter((source) => source.key)
    .map((source) => createSourceChoice(source, chosenKeys));
  const hint = createElement("p", {
    textContent: translate("Add a source with a key below first; then it can be chosen here."),
  });
  return {
    fields: choices.length ? choices.map((choice) => choice.label) : [hint],
    insert() {
      const chosen = choices.filter((choice) => choice.box.checked);
      const keys = chosen.map((choice) => choice.box.value).join(" ");
      if (!keys) return translate("Please choose a source.");
      editor
        .chain()
        .focus()
        .insertContent([{ type: "reference", attrs: { keys } }])
        .run();
      return "";
    },
  };
}

/** Fill the list of pictures as soon as they are known. */
async function offerPictures(select, chosenId) {
  const found = await pictures();
  for (const picture of found) {
    const words = picture.alt || picture.id;
    select.append(new Option(words, picture.id, false, picture.id === chosenId));
  }
  if (!found.length) select.options[0].textContent = translate("There are no pictures yet");
}

/** The description of a picture is the one it has in the list, unless something is typed. */
async function proposeDescription(select, description) {
  const picture = (await pictures()).find((one) => one.id === select.value);
  description.value ||= picture?.alt || "";
}

function insertFigure(editor, attrs, isChange) {
  const chain = editor.chain().focus();
  if (isChange) return chain.updateAttributes("figure", attrs).run();
  const caption = { type: "text", text: translate("Caption") };
  return chain.insertContent({ type: "figure", attrs, content: [caption] }).run();
}

function figurePanel(editor) {
  const current = selectedAttributes(editor, "figure");
  const image = createSelect([["", translate("Choose a picture")]], "");
  const alt = createInput("text", current.alt);
  offerPictures(image, current.image);
  image.addEventListener("change", () => proposeDescription(image, alt));
  return {
    fields: [
      createField(translate("Picture"), image),
      createField(translate("What it shows, for people who do not see it"), alt),
    ],
    insert() {
      if (!image.value) return translate("Please choose a picture.");
      if (!alt.value.trim()) return translate("Please say what the picture shows.");
      const attrs = { image: image.value, alt: alt.value.trim() };
      insertFigure(editor, attrs, Boolean(current.image));
      return "";
    },
  };
}

const panels = {
  link: { title: "Link", create: linkPanel },
  evidence: { title: "How sure", create: evidencePanel },
  reference: { title: "Source", create: referencePanel },
  figure: { title: "Figure", create: figurePanel },
};

function createPanel(name) {
  const panel = createElement("div", { className: "prose-panel" });
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-label", translate(panels[name].title));
  return panel;
}

/**
 * Open a panel above the text of an editor, in place of another one.
 * @param {object} editor
 * @param {"link" | "evidence" | "reference" | "figure"} name
 */
export function openPanel(editor, name) {
  const text = editor.options.element;
  text.parentElement.querySelector("[data-panel]")?.remove();
  const { fields, insert } = panels[name].create(editor);
  const panel = createPanel(name);
  panel.dataset.panel = name;
  const problem = createElement("p");
  problem.setAttribute("role", "alert");
  const close = () => {
    panel.remove();
    editor.commands.focus();
  };
  const insertButton = createButton(translate("Put in"), () => {
    problem.textContent = insert();
    if (!problem.textContent) panel.remove();
  });
  const cancelButton = createButton(translate("Cancel"), close);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key !== "Enter" || event.target === cancelButton) return;
    event.preventDefault();
    insertButton.click();
  });
  panel.append(...fields, insertButton, cancelButton, problem);
  text.before(panel);
  panel.querySelector("input, select, button").focus();
}
