(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const make = (name, set) => Object.assign(document.createElement(name), set);
  root.classList.add("live");

  // Light or dark.
  const theme = document.getElementById("theme");
  const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const name = () => { theme.textContent = dark() ? "light" : "dark"; theme.setAttribute("aria-label", "show in the " + theme.textContent); };
  theme.hidden = false;
  theme.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; name(); });
  name();

  // Tips stand beside what they are about, with the interval drawn.
  const tip = make("div", { id: "tip", hidden: true });
  tip.setAttribute("role", "status");
  document.body.append(tip);
  const show = (item) => {
    if (!item) { tip.hidden = true; return; }
    tip.replaceChildren(item.dataset.tip);
    if (item.closest(".scores")) {
      const bar = make("span", { className: "interval " + (item.classList.contains("down") ? "down" : "up") });
      bar.style.cssText = item.style.cssText + ";--z:" + item.closest(".scores").style.getPropertyValue("--z");
      bar.append(...["bar", "zero", "whisker"].map((part) => make("i", { className: part })));
      tip.append(bar);
    }
    tip.hidden = false;
    const at = item.getClientRects()[0] || item.getBoundingClientRect();
    const below = at.bottom + 6 + tip.offsetHeight < innerHeight;
    tip.style.bottom = "auto";
    tip.style.top = (below ? at.bottom + 6 : Math.max(4, at.top - 6 - tip.offsetHeight)) + "px";
    tip.style.left = Math.max(4, Math.min(at.left, innerWidth - tip.offsetWidth - 4)) + "px";
  };
  const tipped = (event) => event.target.closest?.("[data-tip]");
  let focused = null;
  document.addEventListener("pointerover", (event) => show(tipped(event) || focused));
  document.addEventListener("focusin", (event) => show(focused = tipped(event)));
  document.addEventListener("focusout", () => show(focused = null));
  document.addEventListener("scroll", () => show(focused), { passive: true, capture: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") show(null); });

  // Arrow keys go from item to item; Tab goes on.
  for (const group of all("[data-rove]")) {
    const items = all("[data-tip]", group);
    items.forEach((item, i) => { item.tabIndex = i ? -1 : 0; });
    const wide = group.tagName === "TABLE" ? all("tbody tr:first-child [data-tip]", group).length : 1;
    group.addEventListener("keydown", (event) => {
      const at = items.indexOf(tipped(event));
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -wide, ArrowDown: wide }[event.key];
      const to = { Home: 0, End: items.length - 1 }[event.key] ?? at + step;
      if (at < 0 || !items[to]) return;
      event.preventDefault();
      items[at].tabIndex = -1;
      items[to].tabIndex = 0;
      items[to].focus();
    });
  }

  // Heads of columns sort.
  for (const table of all("table.data")) {
    const heads = all("thead th", table);
    heads.forEach((head, column) => {
      const button = make("button", { type: "button" });
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const rows = all("tbody tr", table).map((row) => [row, row.cells[column].dataset.key, row.cells[column].textContent]);
        const first = rows[0]?.[1] !== undefined && column > 0 ? "descending" : "ascending";
        const next = { none: first, ascending: "descending", descending: "ascending" }[head.getAttribute("aria-sort")];
        heads.forEach((h) => h.setAttribute("aria-sort", h === head ? next : "none"));
        const sign = next === "ascending" ? 1 : -1;
        rows.sort(([, a, x], [, b, y]) => {
          if (a === undefined) return sign * x.localeCompare(y);
          if (a === "NaN" || b === "NaN") return (a === "NaN") - (b === "NaN");
          return sign * (a - b);
        });
        table.tBodies[0].append(...rows.map(([row]) => row));
      });
    });
  }

  // Of sections that are a choice, one is shown.
  const choices = all("section[data-choice]");
  if (choices.length > 1) {
    const select = make("select", {});
    choices.forEach((section, i) => select.append(make("option", { value: i, textContent: section.dataset.choice })));
    const pick = () => choices.forEach((section, i) => { section.hidden = i !== +select.value; });
    select.addEventListener("change", pick);
    const label = make("label", { className: "choice", textContent: `${document.querySelector("main").dataset.choices || "show"}: ` });
    label.append(select);
    choices[0].before(label);
    pick();
  }

  // A piece of an answer shows its sources, and a source what it gave.
  for (const answer of all(".answer")) {
    const pieces = all("[data-k]", answer), parts = all("[data-p]", answer);
    const shares = pieces.map((piece) => piece.dataset.shares.split(" ").map(Number));
    const paint = (mark, share) => {
      mark.style.setProperty("--a", Math.abs(share) / 2);
      mark.className = (share < 0 ? "down" : "up") + (Math.abs(share) < 1 / 12 ? " weak" : "");
    };
    const before = parts.map((part) => [part, part.className, part.style.getPropertyValue("--a")]);
    const rest = () => {
      before.forEach(([part, name, a]) => { part.className = name; part.style.setProperty("--a", a); });
      pieces.forEach((piece) => paint(piece, 0));
    };
    const trace = (event) => {
      const mark = event.target.closest?.("mark");
      if (!mark || !answer.contains(mark)) return;
      rest();
      if (mark.dataset.k !== undefined) {
        parts.forEach((part) => paint(part, shares[pieces.indexOf(mark)][part.dataset.p] || 0));
      } else {
        pieces.forEach((piece, i) => paint(piece, shares[i][mark.dataset.p] || 0));
      }
    };
    answer.addEventListener("pointerover", trace);
    answer.addEventListener("focusin", trace);
    answer.addEventListener("pointerleave", rest);
    answer.addEventListener("focusout", rest);
  }
})();
