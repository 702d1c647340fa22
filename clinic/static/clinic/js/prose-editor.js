/*
 * The rich-text editors of an article's form. What is stored is HTML with marks
 * (articles/marks.py); the server cleans it again. Without this script the HTML itself stands in
 * the fields.
 */

import { readers, writers } from "./prose-editor/html.js";
import { form, library } from "./prose-editor/library.js";
import { extensions } from "./prose-editor/schema.js";
import { createToolbar } from "./prose-editor/toolbar.js";

/** The attributes of the editable element, which stands for the field. */
function editableAttributes(field, kind, label) {
  const attributes = {
    class: "prose-text",
    role: "textbox",
    "aria-multiline": String(kind !== "line"),
    id: `${field.id}_editor`,
    spellcheck: "true",
  };
  if (label) attributes["aria-labelledby"] = label.id;
  else attributes["aria-label"] = field.dataset.name;
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (field.getAttribute(name)) attributes[name] = field.getAttribute(name);
  }
  return attributes;
}

/** An editor that writes each change into its field. */
function createEditor(field, element, label) {
  const kind = field.dataset.prose;
  const editor = new library.Editor({
    element,
    extensions: extensions[kind],
    content: readers[kind](field.value),
    injectCSS: false,
    enablePasteRules: true,
    editorProps: { attributes: editableAttributes(field, kind, label) },
    onUpdate() {
      field.value = writers[kind](editor);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  return editor;
}

/** Put an editor in place of a field; the field is hidden and still sent. */
function replaceField(field) {
  const kind = field.dataset.prose;
  const label = document.getElementById(`${field.id}_label`);
  const host = document.createElement("div");
  host.className = "prose";
  host.dataset.kind = kind;
  const element = document.createElement("div");
  const editor = createEditor(field, element, label);
  host.append(createToolbar(editor, kind, field.dataset.name), element);
  field.before(host);
  field.hidden = true;
  field.dataset.editor = "ready";
  label?.addEventListener("click", () => editor.commands.focus());
  field.addEventListener("focus-editor", () => {
    host.scrollIntoView({ block: "center" });
    editor.commands.focus();
  });
}

function replaceFields(root) {
  for (const field of root.querySelectorAll("textarea[data-prose]:not([data-editor])")) {
    replaceField(field);
  }
}

replaceFields(form);
form.addEventListener("row-added", ({ target }) => replaceFields(target));
form.dataset.ready = "yes";
