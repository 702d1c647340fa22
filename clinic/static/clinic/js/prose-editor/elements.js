/* Small builders of DOM elements. */

let fieldCount = 0;

/**
 * An element with properties.
 * @param {string} tag
 * @param {object} [properties] such as className or textContent
 * @returns {HTMLElement}
 */
export function createElement(tag, properties = {}) {
  return Object.assign(document.createElement(tag), properties);
}

/**
 * A button that sends no form.
 * @param {string} words
 * @param {function(): void} onClick
 * @returns {HTMLButtonElement}
 */
export function createButton(words, onClick) {
  const button = createElement("button", { type: "button", textContent: words });
  button.addEventListener("click", onClick);
  return button;
}

/**
 * An input of a type.
 * @param {string} type
 * @param {string} [value]
 * @returns {HTMLInputElement}
 */
export function createInput(type, value) {
  return createElement("input", { type, value: value || "" });
}

/**
 * A list to choose from.
 * @param {[string, string][]} options value and words of each
 * @param {string} chosen the value chosen at first
 * @returns {HTMLSelectElement}
 */
export function createSelect(options, chosen) {
  const select = createElement("select");
  for (const [value, words] of options) {
    select.append(new Option(words, value, false, value === chosen));
  }
  return select;
}

/**
 * A control below its label.
 * @param {string} words
 * @param {HTMLElement} control
 * @returns {HTMLDivElement}
 */
export function createField(words, control) {
  fieldCount += 1;
  control.id = `prose-field-${fieldCount}`;
  const field = createElement("div");
  field.append(createElement("label", { htmlFor: control.id, textContent: words }), control);
  return field;
}
