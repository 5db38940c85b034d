// A security key: what the server asks of it lies in #js_data, what it answers goes into the form of its button.
const asked = JSON.parse(document.getElementById("js_data").textContent);

async function answer() {
  const {create, get} = window.webauthnJSON;
  return asked.creation_options ? create(asked.creation_options) : get(asked.request_options);
}

for (const button of document.querySelectorAll("[data-security-key]")) {
  button.addEventListener("click", async () => {
    const failed = button.form.querySelector("[data-failed]");
    failed.hidden = true;
    try {
      button.form.elements.credential.value = JSON.stringify(await answer());
      button.form.submit();
    } catch {
      failed.hidden = false; // given up, no key, or one that is known already
    }
  });
}
