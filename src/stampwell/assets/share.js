// <button data-shares="address" data-title="…"> opens the phone's own share sheet, where the browser has one.
if (navigator.share) {
  for (const button of document.querySelectorAll("[data-shares]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.share({ title: button.dataset.title, url: button.dataset.shares });
      } catch (problem) {
        // Whoever closes the sheet has changed their mind.
        if (problem.name !== "AbortError") throw problem;
      }
    });
  }
}
