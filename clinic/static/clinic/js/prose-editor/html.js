/* HTML as articles are stored, and as the editor has it. There are three kinds of field: "line"
   (one line), "lines" (one entry a line) and "blocks" (a text). */

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template;
}

/** The HTML inside each paragraph. */
function paragraphs(html) {
  return [...parse(html).content.children].map((element) => element.innerHTML);
}

/** A cell or a list item that is one line has no paragraph. */
function unwrapOnlyParagraph(element) {
  const found = [...element.children].filter((child) => child.localName === "p");
  if (found.length === 1) found[0].replaceWith(...found[0].childNodes);
}

/** Remove widths, spans, and the paragraphs that are not stored. */
function simplify(html) {
  const template = parse(html);
  for (const group of template.content.querySelectorAll("colgroup")) group.remove();
  for (const attribute of ["style", "colspan", "rowspan"]) {
    for (const element of template.content.querySelectorAll(`[${attribute}]`)) {
      element.removeAttribute(attribute);
    }
  }
  for (const element of template.content.querySelectorAll("li, td, th")) {
    unwrapOnlyParagraph(element);
  }
  return template.innerHTML;
}

function isNotBlank(line) {
  return line.trim() !== "";
}

/**
 * For each kind of field, a function from what is stored to what the editor shows.
 * @type {Record<string, function(string): string>}
 */
export const readers = {
  line: (value) => `<p>${value}</p>`,
  lines: (value) => {
    const lines = value.split(/\r?\n/).filter(isNotBlank);
    return lines.map((line) => `<p>${line}</p>`).join("") || "<p></p>";
  },
  blocks: (value) => value,
};

/**
 * For each kind of field, a function from an editor to what is stored.
 * @type {Record<string, function(object): string>}
 */
export const writers = {
  line: (editor) => paragraphs(editor.getHTML()).join(" "),
  lines: (editor) => paragraphs(editor.getHTML()).filter(isNotBlank).join("\n"),
  blocks: (editor) => (editor.isEmpty ? "" : simplify(editor.getHTML())),
};
