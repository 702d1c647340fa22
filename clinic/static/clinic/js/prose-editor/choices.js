/* What can be put into an article: the labels of evidence, its sources, and the pictures. */

import { form } from "./library.js";

/**
 * The labels that say how certain something is.
 * @returns {[string, string][]} slug and words of each
 */
export function evidenceLabels() {
  const options = [...document.querySelectorAll("#evidence-labels option")];
  return options.map((option) => [option.value, option.textContent]);
}

/**
 * The words of an evidence label.
 * @param {string} slug
 * @returns {string | undefined} nothing if there is no such label
 */
export function evidenceWords(slug) {
  return new Map(evidenceLabels()).get(slug);
}

function readSource(row) {
  const field = (name) => row.querySelector(`[name$="-${name}"]`);
  return {
    key: field("key")?.value.trim() ?? "",
    citation: field("citation")?.value.trim() ?? "",
    isDeleted: field("DELETE")?.checked ?? false,
  };
}

/**
 * The sources in the form as they are now.
 * @returns {{key: string, citation: string}[]}
 */
export function sources() {
  const rows = [...document.querySelectorAll("[data-rows=source] [data-row]")];
  return rows.map(readSource).filter((source) => source.citation && !source.isDeleted);
}

async function fetchPictures() {
  if (!form.dataset.imagesUrl) return [];
  try {
    const response = await fetch(form.dataset.imagesUrl, {
      headers: { Accept: "application/json" },
    });
    return response.ok ? (await response.json()).images : [];
  } catch {
    return [];
  }
}

let pictureRequest;

/**
 * The pictures of the clinic, fetched once.
 * @returns {Promise<{id: string, src: string, alt: string}[]>} none if they cannot be fetched
 */
export function pictures() {
  pictureRequest ??= fetchPictures();
  return pictureRequest;
}
