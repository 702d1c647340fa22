// Puts the account's name and sign-out into the header of a public page, which is the same for
// everybody, and the favorites where a page has a place for them. Visitors who are not signed in have
// no cookie, and send no request.

const address = document.getElementById("account-menu-script").dataset.accountMenu;

async function showMenu() {
  const wanted = document.querySelector('[data-account-slot="favorites"]') ? "?favorites" : "";
  const response = await fetch(address + wanted, { headers: { Accept: "text/html" } });
  if (response.status !== 200) {
    return;
  }
  const menu = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of menu.querySelectorAll("[data-for]")) {
    const slot = document.querySelector(`[data-account-slot="${part.dataset.for}"]`);
    slot?.replaceChildren(...part.childNodes);
  }
}

if (/(^|; )(__Host-)?signed_in=1(;|$)/.test(document.cookie)) {
  showMenu().catch(() => {}); // the plain link to the account stays
}
