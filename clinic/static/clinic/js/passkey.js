/*
 * Passkeys. A button says what it needs:
 *   data-passkey-make  the id of the options in the page, to create a passkey
 *   data-passkey-here  the id of the options in the page, to use a passkey
 *   data-passkey-get   the address of the options, to use a passkey
 *   data-credential    the id of the field for the answer; the form of the button is then sent
 */

const BUTTONS = "[data-passkey-make], [data-passkey-here], [data-passkey-get]";

function bytesFromBase64Url(text) {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function base64UrlFromBytes(buffer) {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return base64.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function withBinaryIds(credentials) {
  return (credentials ?? []).map((item) => ({ ...item, id: bytesFromBase64Url(item.id) }));
}

function optionsInPage(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

async function optionsFromServer(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function createCredential({ creation_options: { publicKey } }) {
  return navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytesFromBase64Url(publicKey.challenge),
      user: { ...publicKey.user, id: bytesFromBase64Url(publicKey.user.id) },
      excludeCredentials: withBinaryIds(publicKey.excludeCredentials),
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "required",
      },
    },
  });
}

function requestCredential({ request_options: { publicKey } }) {
  return navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytesFromBase64Url(publicKey.challenge),
      allowCredentials: withBinaryIds(publicKey.allowCredentials),
    },
  });
}

/** The part of the answer that only a new passkey has. */
function attestationOf({ response }) {
  return {
    attestationObject: base64UrlFromBytes(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  };
}

/** The part of the answer that only a used passkey has. */
function assertionOf({ response: { authenticatorData, signature, userHandle } }) {
  return {
    authenticatorData: base64UrlFromBytes(authenticatorData),
    signature: base64UrlFromBytes(signature),
    userHandle: userHandle ? base64UrlFromBytes(userHandle) : null,
  };
}

function toJson(credential, details) {
  const clientDataJSON = base64UrlFromBytes(credential.response.clientDataJSON);
  return JSON.stringify({
    id: credential.id,
    rawId: base64UrlFromBytes(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment || undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON, ...details },
  });
}

async function answerFor({ passkeyMake, passkeyHere, passkeyGet }) {
  if (passkeyMake) {
    const created = await createCredential(optionsInPage(passkeyMake));
    return toJson(created, attestationOf(created));
  }
  const options = passkeyHere ? optionsInPage(passkeyHere) : await optionsFromServer(passkeyGet);
  const used = await requestCredential(options);
  return toJson(used, assertionOf(used));
}

async function usePasskey(event) {
  const button = event.target.closest(BUTTONS);
  if (!button) return;
  event.preventDefault();
  const problem = button.form.querySelector("[data-passkey-failed]");
  if (problem) problem.hidden = true;
  try {
    document.getElementById(button.dataset.credential).value = await answerFor(button.dataset);
    button.form.requestSubmit();
  } catch {
    if (!problem) return;
    problem.textContent = problem.dataset.passkeyFailed;
    problem.hidden = false;
  }
}

document.addEventListener("click", usePasskey);
