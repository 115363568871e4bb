// The page works without this: links lead to what they name. It spares the jumps.
(() => {
  const explorer = document.querySelector(".explorer");
  const boxes = [...explorer.querySelectorAll("a.box")];
  let chosen;

  // Where the drawing is wider than its box, begin in its middle.
  const scroll = explorer.querySelector(".scroll");
  scroll.scrollLeft = (scroll.scrollWidth - scroll.clientWidth) / 2;

  const show = (box) => {
    document.body.classList.add("scripted");
    for (const each of explorer.querySelectorAll(".panel.shown")) each.classList.remove("shown");
    const panel = document.getElementById(box.getAttribute("href").slice(1));
    panel?.classList.add("shown");
    const same = box.getAttribute("href");
    for (const each of boxes) each.classList.toggle("chosen", each.getAttribute("href") === same);
    chosen = box;
    return panel;
  };

  for (const box of boxes) {
    box.addEventListener("focus", () => show(box));
    box.addEventListener("click", (event) => {
      event.preventDefault();
      const panel = show(box);
      // A click by keyboard has no count; one by mouse moves the page only where the panel is below it.
      if (event.detail === 0) panel?.focus();
      else if (panel && panel.getBoundingClientRect().top > innerHeight) panel.scrollIntoView();
    });
  }
  explorer.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest(".panel")) chosen?.focus();
  });

  for (const link of document.querySelectorAll("a.show-path")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      location.hash = link.getAttribute("href");
      document.getElementById("architecture").scrollIntoView();
    });
  }
})();
