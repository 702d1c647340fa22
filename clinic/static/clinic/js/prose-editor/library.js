/* The form, the editor's library, and what both say in the page's language. */

/** The form of the article. */
export const form = document.getElementById("article-form");

/** The module of django-prose-editor: the editor, and the extensions that it comes with. */
export const library = await import(form.dataset.library);

const translations = new Map(
  [...document.querySelectorAll("#prose-words option")].map((option) => [
    option.value,
    option.textContent,
  ]),
);

/**
 * A sentence in the language of the page (admin/articles/_prose_words.html).
 * @param {string} english
 * @returns {string} the English sentence where there is no translation
 */
export function translate(english) {
  return translations.get(english) || english;
}
