
"use strict";
// Filters and sorts the table of findings. Without it the page shows everything.
(() => {
  const table = document.getElementById("list");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const text = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const tools = document.createElement("div");
  tools.className = "tools";

  const add = (name, control) => {
    const label = document.createElement("label");
    label.append(name, control);
    tools.append(label);
    control.addEventListener("input", show);
    return control;
  };
  const choice = (key, name, names) => {
    const select = document.createElement("select");
    select.id = "filter-" + key;
    select.append(new Option(table.dataset.all, ""));
    for (const [value, shown] of names) select.append(new Option(shown, value));
    return add(name, select);
  };
  const names = (key, shown) => {
    const all = new Map();
    for (const row of rows) if (!all.has(row.dataset[key])) all.set(row.dataset[key], shown(row));
    return all;
  };

  const search = document.createElement("input");
  search.type = "search";
  search.id = "filter-text";
  add(table.dataset.search, search);
  const severity = choice("severity", table.dataset.severity,
    names("severity", (row) => row.querySelector(".tag").textContent));
  const category = choice("category", table.dataset.category,
    names("category", (row) => row.dataset.name));
  const count = document.createElement("output");
  count.id = "filter-count";
  tools.append(count);
  table.before(tools);

  function show() {
    const words = search.value.toLowerCase().split(" ").filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = (!severity.value || row.dataset.severity === severity.value)
        && (!category.value || row.dataset.category === category.value)
        && words.every((word) => text.get(row).includes(word));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    count.textContent = `${shown} / ${rows.length} ${table.dataset.shown}`;
  }

  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.order === undefined ? cell.textContent.trim() : Number(cell.dataset.order);
  };
  const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
  const heads = Array.from(table.tHead.rows[0].cells);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = `${table.dataset.sort} ${head.textContent}`;
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const keyed = rows.map((row) => [key(row, column), row]);
      keyed.sort(([a], [b]) => (typeof a === "number" ? a - b : compare(a, b)) * (up ? 1 : -1));
      body.append(...keyed.map(([, row]) => row));
    });
  });
  show();
})();
