/* What an article can consist of: the nodes and marks of our own (articles/marks.py), and those of
   the library. A node has one place in the text; a mark goes around some of it. */

import { evidenceWords, pictures, sources } from "./choices.js";
import { createElement } from "./elements.js";
import { library, translate } from "./library.js";
import { openPanel } from "./panels.js";

const { Mark, Node } = library;

/** An attribute of a node that is read from an HTML attribute; the node itself writes it. */
function readFrom(attribute) {
  return {
    default: null,
    parseHTML: (element) => element.getAttribute(attribute),
    renderHTML: () => ({}),
  };
}

/** How a node in the line is shown: as words. A double click opens its panel. */
function shownAsWords(describe, panelName) {
  return ({ node, editor, getPos }) => {
    const dom = createElement("span", { className: "prose-mark" });
    const show = (shownNode) => {
      const { words, isMissing } = describe(shownNode);
      dom.textContent = words;
      if (isMissing) dom.dataset.state = "missing";
      else delete dom.dataset.state;
    };
    show(node);
    dom.addEventListener("dblclick", () => {
      editor.commands.setNodeSelection(getPos());
      openPanel(editor, panelName);
    });
    return { dom, update: updateWith(node, show) };
  };
}

/** What the editor calls when a node changed; false asks it to make the view again. */
function updateWith(node, show) {
  return (changed) => {
    if (changed.type !== node.type) return false;
    show(changed);
    return true;
  };
}

function createInlineNode(options) {
  return Node.create({
    group: "inline",
    inline: true,
    atom: true,
    selectable: true,
    draggable: true,
    ...options,
  });
}

function describeEvidence({ attrs: { label } }) {
  const words = evidenceWords(label);
  return { words: words || label, isMissing: !words };
}

function describeReference({ attrs }) {
  const known = sources().map((source) => source.key);
  const keys = (attrs.keys || "").split(" ");
  return {
    words: `${translate("Source")}: ${keys.join(", ")}`,
    isMissing: keys.some((key) => !known.includes(key)),
  };
}

const Evidence = createInlineNode({
  name: "evidence",
  addAttributes: () => ({
    label: readFrom("data-evidence"),
    reviewBy: readFrom("data-review-by"),
  }),
  parseHTML: () => [{ tag: "span[data-evidence]" }],
  renderHTML: ({ node: { attrs } }) => {
    const attributes = { "data-evidence": attrs.label };
    if (attrs.reviewBy) attributes["data-review-by"] = attrs.reviewBy;
    return ["span", attributes];
  },
  addNodeView: () => shownAsWords(describeEvidence, "evidence"),
});

const Reference = createInlineNode({
  name: "reference",
  addAttributes: () => ({ keys: readFrom("data-source") }),
  parseHTML: () => [{ tag: "cite[data-source]" }],
  renderHTML: ({ node }) => ["cite", { "data-source": node.attrs.keys }],
  addNodeView: () => shownAsWords(describeReference, "reference"),
});

const Refuted = Mark.create({
  name: "refuted",
  parseHTML: () => [{ tag: "span[data-refuted]" }],
  renderHTML: () => ["span", { "data-refuted": "yes" }, 0],
});

const Term = Mark.create({
  name: "term",
  inclusive: false,
  addAttributes: () => ({ slug: readFrom("data-term") }),
  parseHTML: () => [{ tag: "dfn[data-term]" }],
  renderHTML: ({ mark }) => ["dfn", { "data-term": mark.attrs.slug }, 0],
});

const Callout = Node.create({
  name: "callout",
  group: "block",
  content: "block+",
  defining: true,
  addAttributes: () => ({ kind: { ...readFrom("data-callout"), default: "note" } }),
  parseHTML: () => [{ tag: "div[data-callout]" }],
  renderHTML: ({ node }) => ["div", { "data-callout": node.attrs.kind }, 0],
});

/** The caption of a figure; an empty one is added where there is none. */
function captionOf(figure) {
  return figure.querySelector("figcaption") || figure.appendChild(createElement("figcaption"));
}

async function showPicture(image, id) {
  const picture = (await pictures()).find((one) => one.id === id);
  image.src = picture?.src || "";
  image.hidden = !picture?.src;
}

function showFigure(image, description, { alt, image: id }) {
  description.textContent = alt
    ? `${translate("In words")}: ${alt}`
    : translate("No words for people who do not see it");
  image.alt = alt;
  showPicture(image, id);
}

/** How a figure is shown: the picture, its description, and the caption, which can be edited. */
function createFigureView({ node, editor, getPos }) {
  const dom = createElement("figure");
  const image = createElement("img", { contentEditable: "false" });
  const description = createElement("span", { className: "prose-alt", contentEditable: "false" });
  const caption = createElement("figcaption");
  dom.append(image, description, caption);
  const show = (shownNode) => showFigure(image, description, shownNode.attrs);
  show(node);
  description.addEventListener("dblclick", () => {
    editor.commands.setNodeSelection(getPos());
    openPanel(editor, "figure");
  });
  return {
    dom,
    contentDOM: caption,
    update: updateWith(node, show),
    ignoreMutation: (change) => !caption.contains(change.target),
  };
}

function imageAttribute(name, missing) {
  return {
    default: missing,
    parseHTML: (figure) => figure.querySelector("img")?.getAttribute(name) ?? missing,
    renderHTML: () => ({}),
  };
}

const Figure = Node.create({
  name: "figure",
  group: "block",
  content: "inline*",
  isolating: true,
  draggable: true,
  addAttributes: () => ({
    image: imageAttribute("data-image", null),
    alt: imageAttribute("alt", ""),
  }),
  parseHTML: () => [{ tag: "figure", contentElement: captionOf }],
  renderHTML: ({ node: { attrs } }) => [
    "figure",
    ["img", { "data-image": attrs.image, alt: attrs.alt }],
    ["figcaption", 0],
  ],
  addNodeView: () => createFigureView,
});

const HeaderCell = library.TableHeader.extend({
  addAttributes() {
    return { ...this.parent?.(), scope: { default: "col" } };
  },
});

const Link = library.Link.configure({
  openOnClick: false,
  autolink: false,
  linkOnPaste: true,
  protocols: ["mailto", "tel"],
  HTMLAttributes: { target: null, rel: null, class: null },
});

const inLines = [
  library.Paragraph,
  library.Text,
  library.Bold,
  library.Italic,
  library.Subscript,
  library.Superscript,
  library.HardBreak,
  library.History,
  Link,
  Evidence,
  Reference,
  Refuted,
  Term,
];

const inBlocks = [
  library.Heading.configure({ levels: [2, 3, 4] }),
  library.BulletList,
  library.OrderedList,
  library.ListItem,
  library.Blockquote,
  library.HorizontalRule,
  library.Gapcursor,
  Callout,
  Figure,
  library.Table.configure({ resizable: false }),
  library.TableRow,
  HeaderCell,
  library.TableCell,
];

/**
 * For each kind of field (html.js), what can stand in it.
 * @type {Record<string, object[]>}
 */
export const extensions = {
  line: [library.Document.extend({ content: "paragraph" }), ...inLines],
  lines: [library.Document.extend({ content: "paragraph+" }), ...inLines],
  blocks: [library.Document, ...inLines, ...inBlocks],
};
