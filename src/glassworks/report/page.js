// What a page of a paper does beyond being read: claims are chosen by words and verdicts, fields in space are turned.
(() => {
  const table = document.querySelector("table.claims");
  const search = document.querySelector(".filter");
  if (table && search) {
    const input = search.querySelector("input"), count = search.querySelector("output");
    const badges = [...document.querySelectorAll("header .tally .badge")];
    const chosen = new Set();
    const choose = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const rows = [...table.tBodies[0].rows];
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !(words.every((word) => text.includes(word)) && (!chosen.size || chosen.has(row.dataset.verdict)));
      }
      const shown = rows.filter((row) => !row.hidden).length;
      count.textContent = shown < rows.length ? `${shown} of ${rows.length}` : "";
    };
    search.hidden = false;
    input.addEventListener("input", choose);
    for (const badge of badges) {
      const toggle = () => {
        const on = !chosen.delete(badge.dataset.verdict);
        if (on) chosen.add(badge.dataset.verdict);
        badge.setAttribute("aria-pressed", on);
        choose();
      };
      badge.setAttribute("role", "button");
      badge.setAttribute("aria-pressed", false);
      badge.tabIndex = 0;
      badge.addEventListener("click", toggle);
      badge.addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && (event.preventDefault(), toggle()));
    }
  }

  const point = ([x, y, z]) => ({ x, y, z });
  const show = (place, view) => {
    const viewer = $3Dmol.createViewer(place, { backgroundColor: "white", antialias: true });
    const radius = 0.008 * view.half, ends = [-view.half, view.half];
    for (const u of ends) for (const v of ends) for (const along of [0, 1, 2]) {
      const [start, end] = ends.map((w) => point([0, 1, 2].map((i) => [w, u, v][(i + 3 - along) % 3])));
      viewer.addLine({ start, end, color: "gray" });
    }
    for (const field of view.fields) {
      const many = field.start.length > 500;
      field.start.forEach((start, i) => {
        const arrow = { start: point(start), end: point(field.end[i]), color: field.color };
        if (many) viewer.addCylinder({ ...arrow, radius: radius / 3, fromCap: 0, toCap: 0 });
        else viewer.addArrow({ ...arrow, radius, radiusRatio: 2.5, mid: 0.7 });
      });
    }
    viewer.zoomTo();
    viewer.rotate(25, "y");
    viewer.rotate(15, "x");
    viewer.render();
  };
  for (const button of document.querySelectorAll("button.turn")) {
    button.hidden = typeof $3Dmol === "undefined";
    button.addEventListener("click", () => {
      const place = document.getElementById(button.getAttribute("aria-controls"));
      const open = place.hidden;
      place.hidden = !open;
      button.setAttribute("aria-expanded", open);
      if (open && !place.dataset.made) {
        place.dataset.made = "yes";
        show(place, JSON.parse(document.getElementById(`${place.id}-data`).textContent));
      }
    });
  }
})();
