/* Passkeys, without inline script. A button names what it needs:
   data-passkey-make / data-passkey-here: the id of the options in the page;
   data-passkey-get: the address that gives them; data-credential: the field for the answer. */
(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const known = (list) => (list || []).map((item) => ({ ...item, id: bytes(item.id) }));

  const inPage = (id) => JSON.parse(document.getElementById(id).textContent);
  async function asked(address) {
    const answer = await fetch(address, { headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  }

  async function make({ creation_options: { publicKey } }) {
    const made = await navigator.credentials.create({
      publicKey: {
        ...publicKey,
        challenge: bytes(publicKey.challenge),
        user: { ...publicKey.user, id: bytes(publicKey.user.id) },
        excludeCredentials: known(publicKey.excludeCredentials),
        authenticatorSelection: {
          ...publicKey.authenticatorSelection,
          residentKey: 'required', requireResidentKey: true, userVerification: 'required',
        },
      },
    });
    return {
      attestationObject: text(made.response.attestationObject),
      transports: made.response.getTransports ? made.response.getTransports() : [],
      made,
    };
  }

  async function use({ request_options: { publicKey } }) {
    const made = await navigator.credentials.get({
      publicKey: {
        ...publicKey,
        challenge: bytes(publicKey.challenge),
        allowCredentials: known(publicKey.allowCredentials),
      },
    });
    const { authenticatorData, signature, userHandle } = made.response;
    return {
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
      made,
    };
  }

  async function answerOf(button) {
    const { passkeyMake, passkeyHere, passkeyGet } = button.dataset;
    const { made, ...response } = passkeyMake
      ? await make(inPage(passkeyMake))
      : await use(passkeyHere ? inPage(passkeyHere) : await asked(passkeyGet));
    return JSON.stringify({
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      authenticatorAttachment: made.authenticatorAttachment || undefined,
      clientExtensionResults: made.getClientExtensionResults(),
      response: { clientDataJSON: text(made.response.clientDataJSON), ...response },
    });
  }

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-passkey-make], [data-passkey-here], [data-passkey-get]');
    if (!button) return;
    event.preventDefault();
    const problem = button.form.querySelector('[data-passkey-problem], [data-uncover-problem]');
    if (problem) problem.hidden = true;
    try {
      document.getElementById(button.dataset.credential).value = await answerOf(button);
      button.form.requestSubmit();
    } catch (error) {
      if (!problem) return;
      problem.textContent = problem.dataset.passkeyFailed;
      problem.hidden = false;
    }
  });
})();
