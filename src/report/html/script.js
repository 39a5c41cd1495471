"use strict";
// The table of findings with search, filters, groups and decisions; the language switch.
// Without this the page shows the first findings of each severity.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const SEVERITIES = ["critical", "high", "medium", "low"];
  const $ = (id) => document.getElementById(id);
  const make = (tag, className, ...content) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...content);
    return node;
  };

  // Rows as they came: severities from critical to low, each in path order. What many rows share is
  // kept once: filters, sorting and search look at each of them once, not at every row.
  const all = [];
  const places = [];
  const previews = [];
  const numberOf = (list, known, key, make) => {
    let number = known.get(key);
    if (number === undefined) {
      number = list.length;
      known.set(key, number);
      list.push(make());
    }
    return number;
  };
  {
    const [knownPlaces, knownPreviews] = [new Map(), new Map()];
    data.rows.forEach((rows, severity) => {
      let place = 0;
      for (const row of rows) {
        if (row[4]) {
          const [path, member, chat] = row[4];
          const name = member === null ? path : `${path} › ${member}`;
          place = numberOf(places, knownPlaces, row[4].join("\n"), () => ({ path: name, chat, name }));
        }
        const [id, rule, status, confidence, , message, line, cell, record, time, direction, part,
          preview, length, reasons, occurrences, first, because] = row;
        all.push({ n: all.length, id, severity, r: rule, rule: data.rules[rule], status, confidence,
          place, message, line, cell, record, time, direction, part,
          preview: numberOf(previews, knownPreviews, preview, () => preview), length, reasons, occurrences, first, because });
      }
    });
    // A file that holds several chats: their tokens tell them apart.
    const chats = new Map();
    for (const place of places) chats.set(place.path, (chats.get(place.path) || 0) + 1);
    for (const place of places) if (chats.get(place.path) > 1) place.name = `${place.path} · ${place.chat.slice(0, 8)}`;
  }
  data.rows = null;

  const decided = new Map();
  const answers = { reason: "", by: "", until: "" };
  let side, words, say, shown = [], sorting = null, at = 0, open = null;

  const language = () => { side = $("page").lang === "de" ? 1 : 0; words = data.words[$("page").lang]; };
  const title = (f) => f.rule[2][side];
  const category = (f) => data.categories[f.rule[1]][side];
  const chat = (f) => places[f.place].name;
  const preview = (f) => previews[f.preview];
  const time = (text) => {
    const [day, clock] = text.split("T");
    return `${side ? day.split("-").reverse().join(".") : day} ${clock.slice(0, 5)}`;
  };
  const where = (f) => [
    f.message ? `${say.message} ${f.message}` : "", f.line ? `${say.line} ${f.line}` : "",
    f.cell ? `${say.field} ${f.cell}` : "", f.record === null ? "" : `${say.record} ${f.record}`,
    f.time ? time(f.time) : "", words.direction[f.direction] || "", words.part[f.part] || "",
  ].filter(Boolean).join(" · ");
  const state = (f) => decided.has(f.id) ? `${say.false}?` : words.status[f.status] || f.status;

  // What is searched: a word is looked up once in every text that rows share, then in what is a row's own.
  function finder(wanted) {
    const tests = wanted.toLowerCase().split(" ").filter(Boolean).map((word) => {
      const holds = (text) => String(text).toLowerCase().includes(word);
      const marks = (list, text) => list.map((item) => holds(text(item)));
      const named = (names) => Object.fromEntries(Object.keys(names).map((key) => [key, holds(names[key])]));
      const rules = marks(data.rules, (rule) => [rule[2][side], rule[0], data.categories[rule[1]][side], rule[3][side]].join("\n"));
      const reasons = marks(data.reasons, (reason) => reason[side]);
      const where = marks(places, (place) => place.name);
      const values = marks(previews, (text) => text);
      const severities = marks(words.severity, (name) => name);
      const [statuses, confidences] = [named(words.status), named(words.confidence)];
      const [directions, parts] = [named(words.direction), named(words.part)];
      const inIds = /^[0-9a-f]{6,}$/.test(word);
      const number = /^[0-9]+$/.test(word) ? Number(word) : null;
      const inTimes = /^[0-9.:-]+$/.test(word);
      return (f) => rules[f.r] || where[f.place] || values[f.preview] || reasons[f.reasons]
        || severities[f.severity] || statuses[f.status] || confidences[f.confidence]
        || f.direction && directions[f.direction] || f.part !== "body" && parts[f.part]
        || number !== null && (f.message === number || f.line === number || f.record === number)
        || inIds && f.id.includes(word)
        || f.cell && holds(f.cell)
        || inTimes && f.time && (number === null ? time(f.time) : f.time).includes(word);
    });
    return tests.length ? (f) => tests.every((test) => test(f)) : null;
  }

  // Columns of the table by what they are sorted by: a small number for every row.
  const ranks = (list, text) => {
    const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
    const names = list.map((item, n) => [text(item), n]).sort((a, b) => compare(a[0], b[0]));
    const rank = [];
    names.forEach(([name, n], at) => { rank[n] = at > 0 && names[at - 1][0] === name ? rank[names[at - 1][1]] : at; });
    return rank;
  };
  const KEYS = [
    () => (f) => f.severity,
    () => { const rank = ranks(data.rules, (rule) => rule[2][side]); return (f) => rank[f.r]; },
    () => { const rank = ranks(places, (place) => place.name); return (f) => rank[f.place]; },
    () => { const rank = ranks(previews, (text) => text); return (f) => rank[f.preview]; },
    () => { const rank = ranks(data.reasons, (reason) => reason[side]); return (f) => rank[f.reasons]; },
    () => (f) => f.occurrences,
  ];

  function start() {
    language();
    const change = $("switch");
    change.hidden = false;
    change.onclick = swap;
    const tools = $("tools");
    if (!tools) return;
    say = tools.dataset;
    $("cut").textContent = say.cut;
    tools.className = "tools";
    const add = (name, control, id) => {
      control.id = id;
      tools.append(make("label", "", name, control));
      control.addEventListener("input", show);
      return control;
    };
    const choice = (key, name, options) => {
      const select = make("select");
      for (const [value, shownName] of [["", say.all], ...options]) select.append(new Option(shownName, value));
      return add(name, select, "filter-" + key);
    };
    const counted = (key, name) => {
      const counts = new Map();
      for (const f of all) counts.set(f[key], (counts.get(f[key]) || 0) + 1);
      return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 500).map(([k, n]) => [String(k), `${name(k)} (${n})`]);
    };
    const search = make("input");
    search.type = "search";
    add(say.search, search, "filter-text");
    const categories = new Map();
    for (const f of all) categories.set(f.rule[1], (categories.get(f.rule[1]) || 0) + 1);
    choice("severity", say.severity, counted("severity", (n) => words.severity[n])
      .sort((a, b) => a[0] - b[0]).map(([n, name]) => [SEVERITIES[n], name]));
    choice("category", say.category, [...categories].sort((a, b) => b[1] - a[1]).map(([c, n]) => [String(c), `${data.categories[c][side]} (${n})`]));
    choice("status", say.status, counted("status", (key) => words.status[key] || key));
    choice("rule", say.rule, counted("r", (r) => data.rules[r][2][side]));
    choice("file", say.file, counted("place", (n) => places[n].name));
    const group = make("select");
    for (const [value, name] of [["", say.none], ["file", say.file], ["rule", say.rule]]) group.append(new Option(name, value));
    add(say.group, group, "group");
    const count = make("output");
    count.id = "filter-count";
    count.setAttribute("aria-live", "polite");
    tools.append(count);
    const table = $("list");
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = make("button", "", ...head.childNodes);
      button.type = "button";
      button.title = `${say.sort} ${button.textContent}`;
      head.append(button);
      button.addEventListener("click", () => {
        const up = !(sorting && sorting[0] === column && sorting[1]);
        sorting = [column, up];
        show();
      });
    });
    $("view").className = "view";
    $("view").addEventListener("scroll", draw, { passive: true });
    $("view").addEventListener("keydown", keys);
    decisions();
    show();
    go();
  }

  function swap() {
    const [page, other] = [$("page"), $("other")];
    const now = document.createDocumentFragment();
    now.append(...page.childNodes);
    page.append(...other.content.childNodes);
    other.content.append(now);
    [page.lang, other.lang] = [other.lang, page.lang];
    document.documentElement.lang = page.lang;
    for (const id of ["tools", "detail"]) if ($(id)) $(id).replaceChildren();
    for (const head of $("list") ? $("list").tHead.rows[0].cells : []) head.textContent = head.textContent;
    sorting = null;
    open = null;
    start();
    $("switch").focus();
  }

  // Rows by a key of theirs, each set in the order of the rows.
  function split(rows, key) {
    const sets = new Map();
    for (const f of rows) {
      const k = key(f);
      const set = sets.get(k);
      if (set) set.push(f); else sets.set(k, [f]);
    }
    return sets;
  }

  function show() {
    const value = (id) => $(id).value;
    const [severity, cat, status, rule, place] =
      ["severity", "category", "status", "rule", "file"].map((key) => value("filter-" + key));
    const wants = [
      severity && ((n) => (f) => f.severity === n)(SEVERITIES.indexOf(severity)),
      cat && ((n) => (f) => f.rule[1] === n)(Number(cat)),
      status && ((f) => f.status === status),
      rule && ((n) => (f) => f.r === n)(Number(rule)),
      place && ((n) => (f) => f.place === n)(Number(place)),
      finder(value("filter-text")),
    ].filter(Boolean);
    let found = wants.length ? all.filter((f) => wants.every((want) => want(f))) : all;
    if (sorting) {
      const key = KEYS[sorting[0]]();
      const rows = split(found, key);
      const order = [...rows.keys()].sort((a, b) => sorting[1] ? a - b : b - a);
      found = order.flatMap((k) => rows.get(k));
    }
    const heads = [...$("list").tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (sorting && sorting[0] === column) head.setAttribute("aria-sort", sorting[1] ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
    const group = { file: "place", rule: "r" }[value("group")];
    shown = found;
    if (group) {
      shown = [];
      for (const rows of [...split(found, (f) => f[group]).values()].sort((a, b) => b.length - a.length)) {
        shown.push({ group: group === "r" ? title(rows[0]) : chat(rows[0]), size: rows.length });
        for (const f of rows) shown.push(f);
      }
    }
    $("filter-count").textContent = `${found.length} / ${all.length} ${say.shown}`;
    at = 0;
    $("view").scrollTop = 0;
    draw();
  }

  // Only what is in sight is in the document: rows have one height, set by the style.
  let height = 0;
  function draw() {
    const view = $("view");
    const body = $("list").tBodies[0];
    if (!height) {
      body.replaceChildren(...shown.slice(0, 1).map((f, n) => row(f, n)));
      height = body.rows[0] ? body.rows[0].getBoundingClientRect().height : 0;
    }
    const step = height || 80;
    const first = Math.max(0, Math.min(Math.floor(view.scrollTop / step) - 8, shown.length - 1));
    const last = Math.min(shown.length, first + Math.ceil(view.clientHeight / step) + 16);
    const space = (rows) => {
      const gap = make("tr", "gap", make("td"));
      gap.setAttribute("aria-hidden", "true");
      gap.firstChild.colSpan = 6;
      gap.firstChild.style.height = `${rows * step}px`;
      return gap;
    };
    const focused = body.contains(document.activeElement);
    const rows = shown.slice(first, last).map((f, n) => row(f, first + n));
    if (first > 0) rows.unshift(space(first));
    if (last < shown.length) rows.push(space(shown.length - last));
    if (!shown.length) {
      const none = make("tr", "none", make("td", "", say.empty));
      none.firstChild.colSpan = 6;
      rows.push(none);
    }
    body.replaceChildren(...rows);
    $("list").setAttribute("aria-rowcount", String(shown.length + 1));
    if (focused) body.querySelector("[tabindex='0']")?.focus({ preventScroll: true });
  }

  function row(f, n) {
    const tr = make("tr", f.group === undefined ? "f" : "g");
    tr.tabIndex = n === at ? 0 : -1;
    tr.dataset.n = n;
    tr.setAttribute("aria-rowindex", String(n + 2));
    if (f.group !== undefined) {
      tr.append(make("th", "", make("bdi", "", f.group), ` (${f.size})`));
      tr.firstChild.colSpan = 6;
      return tr;
    }
    tr.dataset.severity = SEVERITIES[f.severity];
    const cell = (column, className, ...content) => {
      const td = make("td", className, make("div", "", ...content));
      td.dataset.label = $("list").tHead.rows[0].cells[column].textContent;
      tr.append(td);
    };
    const small = (content, className) => make("small", className || "", content);
    const badge = f.status === "open" && !decided.has(f.id) ? [] : [small(state(f), "state s-" + f.status)];
    cell(0, "", make("span", "tag " + SEVERITIES[f.severity], words.severity[f.severity]), ...badge);
    cell(1, "", make("strong", "", title(f)), small([category(f), f.rule[3][side]].filter(Boolean).join(" · ")));
    cell(2, "where", make("bdi", "", chat(f)), small(where(f)));
    cell(3, "value", make("code", "", make("bdi", "", preview(f))), small(f.id.slice(0, 12), "id"));
    cell(4, "", data.reasons[f.reasons][side], small(`${say.confidence}: ${words.confidence[f.confidence] || f.confidence}`));
    cell(5, "n", String(f.occurrences));
    tr.addEventListener("click", () => { at = n; details(f); });
    return tr;
  }

  function keys(event) {
    if (!event.target.closest || !event.target.closest("tbody tr")) return;
    const page = Math.max(1, Math.floor($("view").clientHeight / (height || 80)) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -shown.length, End: shown.length };
    if (event.key in steps) {
      event.preventDefault();
      move(Math.max(0, Math.min(shown.length - 1, at + steps[event.key])));
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (shown[at].group === undefined) details(shown[at]);
    }
  }

  function move(to) {
    at = to;
    const view = $("view");
    const [top, bottom] = [at * height, (at + 1) * height + $("list").tHead.offsetHeight];
    if (top < view.scrollTop) view.scrollTop = top;
    else if (bottom > view.scrollTop + view.clientHeight) view.scrollTop = bottom - view.clientHeight;
    draw();
    $("list").tBodies[0].querySelector("[tabindex='0']")?.focus({ preventScroll: true });
  }

  function details(f) {
    open = f;
    const box = $("detail");
    box.hidden = false;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", say.details);
    const list = make("dl", "facts");
    const fact = (name, ...content) => list.append(make("div", "", make("dt", "", name), make("dd", "", ...content)));
    fact(say.severity, make("span", "tag " + SEVERITIES[f.severity], words.severity[f.severity]));
    fact(say.rule, `${title(f)} (${f.rule[0]})`);
    fact(say.category, [category(f), f.rule[3][side]].filter(Boolean).join(" · "));
    fact(say.file, make("bdi", "", chat(f)), make("small", "", where(f)));
    fact(say.status, [state(f), f.because ? words.because[f.because] : ""].filter(Boolean).join(": "));
    if (f.first) fact(say.first, time(f.first));
    fact(say.confidence, words.confidence[f.confidence] || f.confidence, make("small", "", data.reasons[f.reasons][side]));
    fact("ID", make("code", "", f.id));
    const link = make("a", "", say.link);
    link.href = "#f-" + f.id;
    const mark = make("button", "action", decided.has(f.id) ? say.undo : say.decide);
    mark.type = "button";
    mark.id = "decide";
    mark.addEventListener("click", () => {
      if (decided.has(f.id)) decided.delete(f.id); else decided.set(f.id, f);
      decisions();
      draw();
      details(f);
      $("decide").focus();
    });
    const close = make("button", "action", say.close);
    close.type = "button";
    close.addEventListener("click", () => { box.hidden = true; open = null; move(at); });
    box.onkeydown = (event) => { if (event.key === "Escape") close.click(); };
    box.replaceChildren(make("h3", "", say.details), list, make("p", "", mark, " ", close, " ", link));
  }

  // TOML for `sparsam suppress --from`; JSON strings are TOML strings.
  function snippet() {
    const toml = (value) => JSON.stringify(value).replace(/\x7f/g, "\\u007f");
    const day = (date) => date.toISOString().slice(0, 10);
    const now = new Date();
    const end = answers.until || day(new Date(now.getTime() + 180 * 86400000));
    const one = (f) => ["[[suppress]]", `id = ${toml(f.id)}`, `rule = ${toml(f.rule[0])}`,
      `reason = ${toml(answers.reason || "false positive")}`, `decided_by = ${toml(answers.by || "-")}`,
      `decided_at = ${toml(day(now))}`, `expires = ${toml(end)}`, ""].join("\n");
    return [`schema = 1\nsecret = ${toml(data.secret)}\n`, ...[...decided.values()].map(one)].join("\n");
  }

  function decisions() {
    $("decisions")?.remove();
    if (!decided.size) return;
    const box = make("fieldset", "", make("legend", "", `${say.decisions}: ${decided.size}`));
    box.id = "decisions";
    const out = make("textarea");
    const fill = () => { out.value = snippet(); };
    for (const [key, type] of [["reason", "text"], ["by", "text"], ["until", "date"]]) {
      const field = make("input");
      field.type = type;
      field.value = answers[key];
      field.id = "decision-" + key;
      field.addEventListener("input", () => { answers[key] = field.value; fill(); });
      box.append(make("label", "", say[key], field));
    }
    out.readOnly = true;
    out.rows = 8;
    out.id = "snippet";
    out.setAttribute("aria-label", say.decisions);
    fill();
    const action = (name, id, run) => {
      const button = make("button", "action", name);
      button.type = "button";
      button.id = id;
      button.addEventListener("click", () => run(button));
      return button;
    };
    const copy = action(say.copy, "copy", (button) => {
      out.select();
      const done = () => { button.textContent = say.copied; };
      if (navigator.clipboard) navigator.clipboard.writeText(out.value).then(done, () => document.execCommand("copy") && done());
      else if (document.execCommand("copy")) done();
    });
    const save = action(say.download, "download", () => {
      const link = make("a");
      link.href = URL.createObjectURL(new Blob([out.value], { type: "application/toml" }));
      link.download = "decisions.toml";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
    box.append(out, make("p", "", copy, " ", save), make("p", "note", say.how));
    $("view").before(box);
  }

  function go() {
    const id = location.hash.startsWith("#f-") ? location.hash.slice(3) : "";
    const n = id ? shown.findIndex((f) => f.id === id) : -1;
    if (n < 0) return;
    move(n);
    details(shown[n]);
    $("findings").scrollIntoView();
  }

  // On paper there is no scrolling: what the filters leave is written out, up to a bound.
  const PRINTED = 2000;
  addEventListener("beforeprint", () => {
    if (!$("list")) return;
    $("view").className = "";
    $("list").tBodies[0].replaceChildren(...shown.slice(0, PRINTED).map(row));
    if (shown.length > PRINTED) $("cut").textContent = `${PRINTED} / ${shown.length} ${say.shown}`;
  });
  addEventListener("afterprint", () => {
    if (!$("list")) return;
    $("view").className = "view";
    $("cut").textContent = say.cut;
    draw();
  });
  addEventListener("resize", () => { height = 0; if ($("list")) draw(); });
  addEventListener("hashchange", () => {
    if (!location.hash.startsWith("#f-")) return;
    for (const select of document.querySelectorAll("#tools select, #tools input")) select.value = "";
    show();
    go();
  });
  start();
})();
