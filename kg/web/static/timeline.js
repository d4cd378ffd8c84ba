"use strict";
(() => {
  const form = document.getElementById("filter");
  const { text, type, status, unfold } = form.elements;
  const fold = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const marks = new Map([...document.querySelectorAll("svg a")].map((mark) => [mark.getAttribute("href").slice(1), mark]));
  const events = [...document.querySelectorAll("li.event")].map((item) => ({ item, mark: marks.get(item.id), words: null }));
  const parts = [...document.querySelectorAll("section.part")].map((part) => {
    const count = part.querySelector(".count");
    return { part, count, all: count.textContent, items: [...part.querySelectorAll("li.event")] };
  });

  const fits = (event, wanted) => {
    const { item } = event;
    if (type.value && item.dataset.type !== type.value) return false;
    if (status.value && item.dataset.status !== status.value) return false;
    if (!wanted.length) return true;
    event.words ??= fold(item.textContent);
    return wanted.every((word) => event.words.includes(word));
  };

  const filter = () => {
    const wanted = fold(text.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const event of events) {
      const fit = fits(event, wanted);
      event.item.hidden = !fit;
      event.mark?.classList.toggle("off", !fit);
      shown += fit;
    }
    for (const { part, count, all, items } of parts) {
      const left = items.filter((item) => !item.hidden).length;
      part.hidden = left === 0;
      count.textContent = left === items.length ? all : `${left} of ${all}`;
    }
    form.querySelector("output").textContent = `${shown} of ${events.length} events shown`;
    document.getElementById("nothing").hidden = shown > 0 || events.length === 0;
  };

  const open = (all) => {
    for (const { item } of events) item.querySelector("details").open = all;
    unfold.setAttribute("aria-pressed", String(all));
  };

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = events.map(({ item }) => item.querySelector("details")).filter((details) => !details.open);
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });

  form.addEventListener("input", filter);
  form.addEventListener("submit", (submitted) => submitted.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  unfold.addEventListener("click", () => open(unfold.getAttribute("aria-pressed") !== "true"));
  form.hidden = false;
  filter();
})();
