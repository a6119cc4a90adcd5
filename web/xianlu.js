// Small comforts for those who allow scripts; no page needs them.
(() => {
  "use strict";

  // Errors are read out first, and each leads to its field with the question in view.
  const summary = document.getElementById("error-summary");
  if (summary) {
    summary.focus();
    summary.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const field = link && document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      (field.closest("fieldset, .field") || field).scrollIntoView();
      field.focus({ preventScroll: true });
    });
  }

  // Printing needs a script, so its button appears only here.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // A file is read into its text field, chosen or dropped; it goes nowhere before the form is sent.
  for (const chooser of document.querySelectorAll("[data-file-for]")) {
    const text = document.getElementById(chooser.dataset.fileFor);
    const input = chooser.querySelector("input[type='file']");
    if (!text || !input) continue;
    const read = async (file) => {
      if (file) text.value = await file.text();
    };
    chooser.hidden = false;
    input.addEventListener("change", () => read(input.files[0]));
    for (const area of [chooser, text]) {
      area.addEventListener("dragover", (event) => event.preventDefault());
      area.addEventListener("drop", (event) => {
        if (!event.dataTransfer?.files.length) return;
        event.preventDefault();
        read(event.dataTransfer.files[0]);
      });
    }
  }

  // What a nervous finger sends twice is sent once.
  for (const form of document.querySelectorAll("form[method='post']")) {
    let sent = -Infinity;
    form.addEventListener("submit", (event) => {
      if (event.timeStamp - sent < 700) event.preventDefault();
      else sent = event.timeStamp;
    });
  }
})();
