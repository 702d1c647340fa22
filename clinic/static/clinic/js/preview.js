/* Light or dark, whatever this computer prefers: in the frame the rules for dark are switched. */
(() => {
  const frame = document.querySelector(".looked-at");
  const box = document.querySelector("[data-bright]");
  const chosen = () => box.querySelector(":checked").value;
  function rules(list, dark) {
    for (const rule of list) {
      const said = rule.said ||= rule.media?.mediaText;
      if (said?.includes("prefers-color-scheme")) rule.media.mediaText = said.includes("dark") === dark ? "all" : "not all";
      if (rule.cssRules) rules(rule.cssRules, dark);
    }
  }
  function show() {
    const dark = chosen() === "dark";
    const page = frame.contentDocument;
    if (!page?.documentElement) return;
    for (const sheet of page.styleSheets) rules(sheet.cssRules, dark);
    page.documentElement.style.colorScheme = chosen();
  }
  box.hidden = false;
  box.addEventListener("change", show);
  frame.addEventListener("load", show);
  show();
})();
