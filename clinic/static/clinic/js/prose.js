/* Makes editors of the fields of an article. What is stored is HTML with marks (articles/text/marks.py);
   the server cleans it again. Without this script the HTML itself stands in the fields. */
const form = document.getElementById("article-form");
const lib = await import(form.dataset.library);
const { Node, Mark } = lib;

/* What the page says in its own language (admin/articles/_prose_words.html); English elsewhere. */
const known = new Map([...document.querySelectorAll("#prose-words option")].map((one) => [one.value, one.textContent]));
const t = (said) => known.get(said) || said;
const words = (slug) => document.querySelector(`#evidence-labels option[value="${CSS.escape(slug || "")}"]`)?.textContent;
const sources = () => [...document.querySelectorAll("[data-rows=source] [data-row]")].map((row) => {
  const value = (name) => row.querySelector(`[name$="-${name}"]`)?.value.trim() || "";
  return { key: value("key"), citation: value("citation"), gone: row.querySelector("[name$='-DELETE']")?.checked };
}).filter((one) => one.citation && !one.gone);

/* A mark that is one thing in the line: it says in words what it is, and opens when it is pressed. */
function chip(say, panel) {
  return ({ node, editor, getPos }) => {
    const dom = document.createElement("span");
    dom.className = "prose-mark";
    const show = (one) => {
      const said = say(one);
      dom.textContent = said.words;
      dom.classList.toggle("is-lost", Boolean(said.lost));
    };
    show(node);
    dom.addEventListener("dblclick", () => {
      editor.commands.setNodeSelection(getPos());
      panel(editor);
    });
    return { dom, update: (one) => one.type === node.type && (show(one), true) };
  };
}

const inlineAtom = (name, attributes, parse, render, view) => Node.create({
  name, group: "inline", inline: true, atom: true, selectable: true, draggable: true,
  addAttributes: () => attributes, parseHTML: () => parse, renderHTML: render, addNodeView: () => view,
});
const data = (name) => ({ default: null, parseHTML: (one) => one.getAttribute(name), renderHTML: () => ({}) });

const Evidence = inlineAtom("evidence", { label: data("data-evidence"), reviewBy: data("data-review-by") },
  [{ tag: "span[data-evidence]" }],
  ({ node }) => ["span", { "data-evidence": node.attrs.label, ...(node.attrs.reviewBy ? { "data-review-by": node.attrs.reviewBy } : {}) }],
  chip((node) => ({ words: words(node.attrs.label) || node.attrs.label, lost: !words(node.attrs.label) }), (editor) => open(editor, "evidence")));
const Reference = inlineAtom("reference", { keys: data("data-source") }, [{ tag: "cite[data-source]" }],
  ({ node }) => ["cite", { "data-source": node.attrs.keys }],
  chip((node) => {
    const known = sources().map((one) => one.key);
    return { words: `${t("Source")}: ${(node.attrs.keys || "").replaceAll(" ", ", ")}`, lost: (node.attrs.keys || "").split(" ").some((key) => !known.includes(key)) };
  }, (editor) => open(editor, "reference")));
const Refuted = Mark.create({ name: "refuted", parseHTML: () => [{ tag: "span[data-refuted]" }], renderHTML: () => ["span", { "data-refuted": "yes" }, 0] });
const Term = Mark.create({ name: "term", inclusive: false, addAttributes: () => ({ slug: data("data-term") }), parseHTML: () => [{ tag: "dfn[data-term]" }], renderHTML: ({ mark }) => ["dfn", { "data-term": mark.attrs.slug }, 0] });
const Callout = Node.create({
  name: "callout", group: "block", content: "block+", defining: true,
  addAttributes: () => ({ kind: { ...data("data-callout"), default: "note" } }),
  parseHTML: () => [{ tag: "div[data-callout]" }],
  renderHTML: ({ node }) => ["div", { "data-callout": node.attrs.kind }, 0],
});
const Figure = Node.create({
  name: "figure", group: "block", content: "inline*", isolating: true, draggable: true,
  addAttributes: () => ({
    image: { default: null, parseHTML: (one) => one.querySelector("img")?.getAttribute("data-image"), renderHTML: () => ({}) },
    alt: { default: "", parseHTML: (one) => one.querySelector("img")?.getAttribute("alt") || "", renderHTML: () => ({}) },
  }),
  parseHTML: () => [{ tag: "figure", contentElement: (one) => one.querySelector("figcaption") || one.appendChild(document.createElement("figcaption")) }],
  renderHTML: ({ node }) => ["figure", ["img", { "data-image": node.attrs.image, alt: node.attrs.alt }], ["figcaption", 0]],
  addNodeView: () => ({ node, editor, getPos }) => {
    const dom = document.createElement("figure");
    const [picture, alt, contentDOM] = ["img", "span", "figcaption"].map((tag) => dom.appendChild(document.createElement(tag)));
    alt.className = "prose-alt";
    for (const one of [picture, alt]) one.contentEditable = "false";
    const show = (one) => {
      alt.textContent = one.attrs.alt ? `${t("In words")}: ${one.attrs.alt}` : t("No words for people who do not see it");
      picture.alt = one.attrs.alt;
      pictures().then((found) => { picture.src = found.find((other) => other.id === one.attrs.image)?.src || ""; picture.hidden = !picture.getAttribute("src"); });
    };
    show(node);
    alt.addEventListener("dblclick", () => { editor.commands.setNodeSelection(getPos()); open(editor, "figure"); });
    return { dom, contentDOM, update: (one) => one.type === node.type && (show(one), true), ignoreMutation: (change) => !contentDOM.contains(change.target) };
  },
});
const HeadCell = lib.TableHeader.extend({
  addAttributes() { return { ...this.parent?.(), scope: { default: "col" } }; },
});
let asked;
const pictures = () => {
  if (!form.dataset.images) return Promise.resolve([]);
  asked ||= fetch(form.dataset.images, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : { images: [] })).then((said) => said.images, () => []);
  return asked;
};

const inline = [lib.Text, lib.Bold, lib.Italic, lib.Subscript, lib.Superscript, lib.HardBreak, lib.History,
  lib.Link.configure({ openOnClick: false, autolink: false, linkOnPaste: true, protocols: ["mailto", "tel"], HTMLAttributes: { target: null, rel: null, class: null } }),
  Evidence, Reference, Refuted, Term];
const KINDS = {
  line: [lib.Document.extend({ content: "paragraph" }), lib.Paragraph, ...inline],
  lines: [lib.Document.extend({ content: "paragraph+" }), lib.Paragraph, ...inline],
  blocks: [lib.Document, lib.Paragraph, ...inline, lib.Heading.configure({ levels: [2, 3, 4] }), lib.BulletList, lib.OrderedList, lib.ListItem,
    lib.Blockquote, lib.HorizontalRule, lib.Gapcursor, Callout, Figure, lib.Table.configure({ resizable: false }), lib.TableRow, HeadCell, lib.TableCell],
};
const inner = (html) => { const box = document.createElement("template"); box.innerHTML = html; return [...box.content.children].map((one) => one.innerHTML); };
/* As articles are stored: no widths, and no paragraph where a point or a cell is one line. */
function plain(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  for (const one of box.content.querySelectorAll("colgroup")) one.remove();
  for (const one of box.content.querySelectorAll("[style], [colspan], [rowspan]")) for (const name of ["style", "colspan", "rowspan"]) one.removeAttribute(name);
  for (const one of box.content.querySelectorAll("li, td, th")) {
    const lines = [...one.children].filter((child) => child.localName === "p");
    if (lines.length === 1) lines[0].replaceWith(...lines[0].childNodes);
  }
  return box.innerHTML;
}
const READ = {
  blocks: (value) => value,
  line: (value) => `<p>${value}</p>`,
  lines: (value) => value.split(/\r?\n/).filter((line) => line.trim()).map((line) => `<p>${line}</p>`).join("") || "<p></p>",
};
const WRITE = {
  blocks: (editor) => (editor.isEmpty ? "" : plain(editor.getHTML())),
  line: (editor) => inner(editor.getHTML()).join(" "),
  lines: (editor) => inner(editor.getHTML()).filter((line) => line.trim()).join("\n"),
};

/* What the buttons of the bar do. `on` says whether a button is pressed. */
const BAR = [
  ["Bold", (c) => c.toggleBold(), (e) => e.isActive("bold")], ["Italic", (c) => c.toggleItalic(), (e) => e.isActive("italic")],
  ["Link", "link", (e) => e.isActive("link")],
  ["Source", "reference", (e) => e.isActive("reference")], ["How sure", "evidence", (e) => e.isActive("evidence")],
  ["Refuted claim", (c) => c.toggleMark("refuted"), (e) => e.isActive("refuted")], ["|"],
  ["Heading", (c) => c.toggleHeading({ level: 2 }), (e) => e.isActive("heading", { level: 2 }), 1],
  ["Smaller heading", (c) => c.toggleHeading({ level: 3 }), (e) => e.isActive("heading", { level: 3 }), 1],
  ["Smallest heading", (c) => c.toggleHeading({ level: 4 }), (e) => e.isActive("heading", { level: 4 }), 1],
  ["Bullets", (c) => c.toggleBulletList(), (e) => e.isActive("bulletList"), 1], ["Numbers", (c) => c.toggleOrderedList(), (e) => e.isActive("orderedList"), 1],
  ["Quote", (c) => c.toggleBlockquote(), (e) => e.isActive("blockquote"), 1],
  ["Note", (c) => c.toggleWrap("callout", { kind: "note" }), (e) => e.isActive("callout", { kind: "note" }), 1],
  ["Care", (c) => c.toggleWrap("callout", { kind: "care" }), (e) => e.isActive("callout", { kind: "care" }), 1],
  ["Figure", "figure", (e) => e.isActive("figure"), 1],
  ["Table", (c) => c.insertTable({ rows: 3, cols: 2, withHeaderRow: true }), (e) => e.isActive("table"), 1],
  ["Row below", (c) => c.addRowAfter(), null, 2], ["Column after", (c) => c.addColumnAfter(), null, 2],
  ["Row away", (c) => c.deleteRow(), null, 2], ["Column away", (c) => c.deleteColumn(), null, 2], ["Table away", (c) => c.deleteTable(), null, 2],
  ["|"], ["Undo", (c) => c.undo()], ["Redo", (c) => c.redo()],
];

function bar(editor, kind, name) {
  const box = document.createElement("div");
  box.className = "prose-bar";
  box.setAttribute("role", "toolbar");
  box.setAttribute("aria-label", `${name}: ${t("form")}`);
  const buttons = [];
  for (const [label, act, on, level] of BAR) {
    if (level && kind !== "blocks") continue;
    if (label === "|" && box.lastChild?.role === "separator") continue;
    if (label === "|") { box.append(Object.assign(document.createElement("span"), { role: "separator" })); continue; }
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: t(label), tabIndex: buttons.length ? -1 : 0 });
    button.addEventListener("click", () => (typeof act === "string" ? open(editor, act) : act(editor.chain().focus()).run()));
    buttons.push({ button, on, level });
    box.append(button);
  }
  box.addEventListener("keydown", (event) => {
    const seen = buttons.map((one) => one.button).filter((one) => !one.hidden);
    const at = seen.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: seen.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = seen[(to + seen.length) % seen.length];
    for (const one of seen) one.tabIndex = one === next ? 0 : -1;
    next.focus();
  });
  const show = () => {
    for (const { button, on, level } of buttons) {
      if (on) button.setAttribute("aria-pressed", String(on(editor)));
      if (level === 2) button.hidden = !editor.isActive("table");
    }
  };
  editor.on("transaction", show);
  show();
  return box;
}

/* The small panels below the bar: each asks, and puts one thing into the text. */
let fields = 0;
const field = (said, control) => {
  const [box, label] = [document.createElement("div"), document.createElement("label")];
  control.id = label.htmlFor = `prose-field-${fields += 1}`;
  label.append(said);
  box.append(label, control);
  return box;
};
const input = (type, value) => Object.assign(document.createElement("input"), { type, value: value || "" });
const select = (options, chosen) => {
  const control = document.createElement("select");
  for (const [value, label] of options) control.append(new Option(label, value, false, value === chosen));
  return control;
};
const PANELS = {
  link(editor) {
    const address = input("text", editor.getAttributes("link").href);
    return {
      fields: [field(t("Address (https://, mailto:, tel: or a page of ours such as /articles/...)"), address)],
      put() {
        const href = address.value.trim();
        if (!href) return editor.chain().focus().extendMarkRange("link").unsetLink().run();
        const chain = editor.chain().focus().extendMarkRange("link");
        if (editor.state.selection.empty && !editor.isActive("link")) return chain.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).run() || t("This is no address that may be linked to.");
        return chain.setLink({ href }).run() || t("This is no address that may be linked to.");
      },
    };
  },
  evidence(editor) {
    const now = editor.isActive("evidence") ? editor.getAttributes("evidence") : {};
    const labels = [...document.querySelectorAll("#evidence-labels option")].map((one) => [one.value, one.textContent]);
    const soon = new Date(Date.now() + 2 * 365.25 * 864e5).toISOString().slice(0, 10);
    const [label, day] = [select(labels, now.label || "weak"), input("date", now.label ? now.reviewBy : soon)];
    return {
      fields: [field(t("How sure are we?"), label), field(t("Look at it again by"), day)],
      put: () => editor.chain().focus().insertContent([{ type: "evidence", attrs: { label: label.value, reviewBy: day.value || null } }]).run(),
    };
  },
  reference(editor) {
    const now = editor.isActive("reference") ? (editor.getAttributes("reference").keys || "").split(" ") : [];
    const boxes = sources().filter((one) => one.key).map((one) => {
      const box = Object.assign(input("checkbox", one.key), { checked: now.includes(one.key) });
      const line = document.createElement("label");
      line.append(box, ` ${one.key}: ${one.citation.slice(0, 70)}`);
      return { box, line };
    });
    const none = Object.assign(document.createElement("p"), { textContent: t("Add a source with a key below first; then it can be chosen here.") });
    return {
      fields: boxes.length ? boxes.map((one) => one.line) : [none],
      put() {
        const keys = boxes.filter((one) => one.box.checked).map((one) => one.box.value).join(" ");
        return keys ? editor.chain().focus().insertContent([{ type: "reference", attrs: { keys } }]).run() : t("Please choose a source.");
      },
    };
  },
  figure(editor) {
    const now = editor.isActive("figure") ? editor.getAttributes("figure") : {};
    const [image, alt] = [select([["", t("Choose a picture")]], ""), input("text", now.alt)];
    pictures().then((found) => {
      for (const one of found) image.append(new Option(one.alt || one.id, one.id, false, one.id === now.image));
      if (!found.length) image.options[0].textContent = t("There are no pictures yet");
    });
    image.addEventListener("change", async () => { alt.value ||= (await pictures()).find((one) => one.id === image.value)?.alt || ""; });
    return {
      fields: [field(t("Picture"), image), field(t("What it shows, for people who do not see it"), alt)],
      put() {
        if (!image.value) return t("Please choose a picture.");
        if (!alt.value.trim()) return t("Please say what the picture shows.");
        const attrs = { image: image.value, alt: alt.value.trim() };
        if (now.image) return editor.chain().focus().updateAttributes("figure", attrs).run();
        return editor.chain().focus().insertContent({ type: "figure", attrs, content: [{ type: "text", text: t("Caption") }] }).run();
      },
    };
  },
};
function open(editor, name) {
  const host = editor.options.element.parentElement;
  host.querySelector(".prose-panel")?.remove();
  const { fields, put } = PANELS[name](editor);
  const panel = Object.assign(document.createElement("div"), { className: "prose-panel" });
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-label", t(BAR.find((one) => one[1] === name)[0]));
  const close = () => { panel.remove(); editor.commands.focus(); };
  const [ok, no, wrong] = [t("Put in"), t("Cancel"), ""].map((said, at) => Object.assign(document.createElement(at < 2 ? "button" : "p"), { textContent: said }));
  ok.type = no.type = "button";
  wrong.setAttribute("role", "alert");
  ok.addEventListener("click", () => { const said = put(); if (typeof said === "string") wrong.textContent = said; else panel.remove(); });
  no.addEventListener("click", close);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && event.target !== no) { event.preventDefault(); ok.click(); }
  });
  panel.append(...fields, ok, no, wrong);
  host.insertBefore(panel, editor.options.element);
  panel.querySelector("input, select, button").focus();
}

function make(area) {
  const kind = area.dataset.prose;
  const host = Object.assign(document.createElement("div"), { className: "prose" });
  const place = document.createElement("div");
  host.dataset.kind = kind;
  const label = document.getElementById(`${area.id}_label`);
  const described = area.getAttribute("aria-describedby");
  const editor = new lib.Editor({
    element: place, extensions: KINDS[kind], content: READ[kind](area.value), injectCSS: false, enablePasteRules: true,
    editorProps: { attributes: {
      class: "prose-text", role: "textbox", "aria-multiline": String(kind !== "line"), id: `${area.id}_editor`, spellcheck: "true",
      ...(label ? { "aria-labelledby": label.id } : { "aria-label": area.dataset.name }),
      ...(described ? { "aria-describedby": described } : {}), ...(area.getAttribute("aria-invalid") ? { "aria-invalid": "true" } : {}),
    } },
    onUpdate() { area.value = WRITE[kind](editor); area.dispatchEvent(new Event("input", { bubbles: true })); },
  });
  host.append(bar(editor, kind, area.dataset.name), place);
  area.before(host);
  area.hidden = true;
  label?.addEventListener("click", () => editor.commands.focus());
  area.addEventListener("focus-editor", () => { host.scrollIntoView({ block: "center" }); editor.commands.focus(); });
  area.prose = editor;
}
const all = (root) => root.querySelectorAll("textarea[data-prose]").forEach((area) => { if (!area.prose && !area.closest("template")) make(area); });
all(form);
form.addEventListener("rows-added", (event) => all(event.target));
form.dataset.ready = "yes";
