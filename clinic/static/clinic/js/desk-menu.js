/* "More" closes when somebody goes elsewhere, so that it never lies over what they look for. */
(() => {
  const menu = document.querySelector('.desk-more');
  if (!menu) return;
  const leave = ({ target }) => { if (menu.open && !menu.contains(target)) menu.open = false; };
  document.addEventListener('focusin', leave);
  document.addEventListener('pointerdown', leave);
  menu.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !menu.open) return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });
})();
