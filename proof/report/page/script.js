// The page works without this: links lead to what they name. It opens, zooms, moves and saves.
(() => {
  const explorer = document.querySelector(".explorer");
  const region = explorer.querySelector(".scroll");
  const drawing = region.querySelector("svg");
  const boxes = [...explorer.querySelectorAll("a.box")];
  const natural = { width: drawing.viewBox.baseVal.width, height: drawing.viewBox.baseVal.height };
  /** The smallest scale at which all text has 11 pixels. */
  const READABLE = 11 / 12;
  let chosen;
  let scale = 1;
  document.body.classList.add("scripted");

  /** Zooms, and keeps the middle of what is seen in the middle. */
  const zoom = (next) => {
    const x = (region.scrollLeft + region.clientWidth / 2) / scale;
    const y = (region.scrollTop + region.clientHeight / 2) / scale;
    scale = Math.min(3, Math.max(0.2, next));
    drawing.style.width = `${natural.width * scale}px`;
    region.scrollLeft = x * scale - region.clientWidth / 2;
    region.scrollTop = y * scale - region.clientHeight / 2;
  };
  const fitted = () =>
    zoom(Math.min(1.4, region.clientWidth / natural.width, Math.max(READABLE, (innerHeight - 60) / natural.height)));
  const begin = () => {
    fitted();
    if (scale > READABLE * 0.8) return;
    // On a small screen the drawing is read piece by piece, from the consumer on, as a request takes its way.
    zoom(READABLE);
    region.scrollTo(0, 0);
  };

  const show = (box) => {
    for (const each of explorer.querySelectorAll(".panel.shown")) each.classList.remove("shown");
    const same = box?.getAttribute("href");
    const panel = same && document.getElementById(same.slice(1));
    panel?.classList.add("shown");
    if (box) {
      // The panel is on the side where the box is not.
      const [at, frame] = [box.getBoundingClientRect(), region.getBoundingClientRect()];
      explorer.classList.toggle("on-left", at.left + at.width / 2 > frame.left + frame.width / 2);
    }
    for (const each of boxes) each.classList.toggle("chosen", each.getAttribute("href") === same);
    chosen = box ?? chosen;
    return panel;
  };
  const close = () => {
    show(undefined);
    chosen?.focus({ preventScroll: true });
    for (const each of explorer.querySelectorAll(".panel.shown")) each.classList.remove("shown");
    for (const each of boxes) each.classList.remove("chosen");
  };

  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      event.preventDefault();
      if (moved) return;
      const panel = show(box);
      // A click by keyboard has no count; one by mouse moves the page only where the panel is below it.
      if (event.detail === 0) panel?.focus();
      else if (panel && panel.getBoundingClientRect().top > innerHeight) panel.scrollIntoView();
    });
  }
  for (const link of explorer.querySelectorAll(".close")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      close();
    });
  }
  explorer.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "+" || event.key === "=") zoom(scale * 1.2);
    else if (event.key === "-") zoom(scale / 1.2);
    else if (event.key === "0") fitted();
    else return;
    event.preventDefault();
  });

  // Dragging with the mouse moves the drawing; touch and arrow keys scroll it anyway.
  let moved = false;
  region.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    moved = false;
    const from = { x: event.clientX + region.scrollLeft, y: event.clientY + region.scrollTop };
    const move = (to) => {
      if (Math.abs(to.clientX - event.clientX) + Math.abs(to.clientY - event.clientY) < 5) return;
      moved = true;
      region.scrollLeft = from.x - to.clientX;
      region.scrollTop = from.y - to.clientY;
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", () => removeEventListener("pointermove", move), { once: true });
  });
  drawing.addEventListener("dragstart", (event) => event.preventDefault());
  region.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
    },
    { passive: false },
  );

  /** The drawing as a file of its own, in the colours that are shown. */
  const svgText = () => {
    const copy = drawing.cloneNode(true);
    copy.removeAttribute("style");
    for (const link of copy.querySelectorAll("a")) link.removeAttribute("href");
    const rules = document.getElementById("drawing-style").textContent;
    const now = getComputedStyle(document.documentElement);
    const names = [...new Set(rules.match(/--[a-z-]+(?=: #)/g))];
    const colours = names.map((name) => `${name}: ${now.getPropertyValue(name)};`).join(" ");
    const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
    style.textContent = `${rules.replace(/^[\s\S]*?(?=\.drawing)/, "")}\nsvg { ${colours} background: ${now.getPropertyValue("--page")}; }`;
    copy.prepend(style);
    return new XMLSerializer().serializeToString(copy);
  };
  const save = (blob, ending) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${explorer.dataset.name}.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const savePng = () => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = natural.width * 2;
      canvas.height = natural.height * 2;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, "png"));
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText())}`;
  };
  const tools = {
    in: () => zoom(scale * 1.2),
    out: () => zoom(scale / 1.2),
    fit: fitted,
    svg: () => save(new Blob([svgText()], { type: "image/svg+xml" }), "svg"),
    png: savePng,
    print: () => print(),
  };
  const toolbar = document.querySelector(".tools");
  toolbar.hidden = false;
  for (const button of toolbar.querySelectorAll("button")) button.addEventListener("click", tools[button.dataset.tool]);

  // A chosen path stands alone until it is let go.
  const chip = document.querySelector(".path-chip");
  for (const link of document.querySelectorAll("a.show-path")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      close();
      location.hash = link.getAttribute("href");
      chip.querySelector("strong").textContent = link.querySelector(".unseen").textContent.trim();
      chip.hidden = false;
      begin();
      document.getElementById("architecture").scrollIntoView();
      const line = drawing.querySelector(`.edge.p-${link.getAttribute("href").slice("#path-".length)}`);
      const [at, frame] = [line.getBoundingClientRect(), region.getBoundingClientRect()];
      region.scrollLeft += at.left + at.width / 2 - frame.left - frame.width / 2;
      region.scrollTop += at.top + at.height / 2 - frame.top - frame.height / 2;
    });
  }
  chip.querySelector("button").addEventListener("click", () => {
    chip.hidden = true;
    location.hash = "#architecture";
  });

  // What a link leads to is open.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!target) return;
    const own = target.querySelector(":scope > details.part");
    for (let each = own ?? target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
    if (!location.hash.startsWith("#path-")) {
      chip.hidden = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", reveal);

  const links = [...document.querySelectorAll("nav a")];
  const seen = new IntersectionObserver(
    () => {
      const above = links.filter(
        (link) => document.querySelector(link.getAttribute("href")).getBoundingClientRect().top < innerHeight / 3,
      );
      for (const link of links) link.toggleAttribute("aria-current", link === above.at(-1));
    },
    { threshold: [0, 0.1, 0.5, 1], rootMargin: "0px 0px -66% 0px" },
  );
  for (const section of document.querySelectorAll("main > section")) seen.observe(section);

  let width = innerWidth;
  addEventListener("resize", () => {
    if (width !== innerWidth) begin();
    width = innerWidth;
  });
  begin();
  reveal();
})();
