// Small comforts; nothing on a page depends on them. Only text is ever written into the page. What _("…") marks is
// written in the page's language before the page is, see `language.marked`.
(() => {
const d = document, all = (s, e = d) => [...e.querySelectorAll(s)];
const make = (tag, text, more) => Object.assign(d.createElement(tag), { textContent: text, ...more });

// a place inside a fold is shown when an address leads to it; at a cell, its code
const reveal = () => {
  const aim = d.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!aim) return;
  for (let e = aim; e; e = e.parentElement) if (e.tagName == "DETAILS") e.open = true;
  all(":scope > details.input", aim).forEach(e => e.open = true);
  aim.scrollIntoView();
};
addEventListener("hashchange", reveal);
reveal();

const contents = all(".contents details")[0], wide = matchMedia("(min-width: 70rem)");
if (contents) (wide.onchange = () => contents.open = wide.matches)();

// the contents mark where the reader is: at the last heading that has passed the upper quarter of the window
const links = all(".contents a").map(a => [a, d.getElementById(decodeURIComponent(a.hash.slice(1)))]).filter(([, e]) => e);
const mark = () => {
  const passed = links.filter(([, e]) => e.offsetParent && e.getBoundingClientRect().top < innerHeight / 4);
  links.forEach(([a]) => a.removeAttribute("aria-current"));
  if (passed.length) passed.at(-1)[0].setAttribute("aria-current", "location");
};
addEventListener("scroll", mark, { passive: true });
mark();

// what scrolls sideways can be reached by keyboard
const reach = () => all(".table, .formula, pre").forEach(e => {
  if (e.scrollWidth > e.clientWidth) e.tabIndex = 0; else e.removeAttribute("tabindex");
});
addEventListener("resize", reach);
addEventListener("toggle", reach, true);
reach();

const code = all("details.input");
if (code.length) {
  const button = make("button", _("Show all code"), { onclick: () => {
    const open = code.some(e => !e.open);
    code.forEach(e => e.open = open);
    button.textContent = open ? _("Hide all code") : _("Show all code");
  } });
  all(".crumb")[0].append(button);
}

// colours for code: comments, texts, numbers, keywords
const token = /(#.*)|([rfb]{0,2}(?:"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))|\b(\d[\w.]*)|\b(and|as|assert|break|class|continue|def|del|elif|else|except|False|finally|for|from|if|import|in|is|lambda|None|not|or|pass|raise|return|True|try|while|with|yield)\b/g;
all("details.input pre").forEach(pre => {
  const text = pre.textContent;
  let at = 0;
  pre.textContent = "";
  for (const m of text.matchAll(token)) {
    pre.append(text.slice(at, m.index), make("span", m[0], { className: "csnk"[m.slice(1).findIndex(x => x)] }));
    at = m.index + m[0].length;
  }
  pre.append(text.slice(at));
});

// a spreadsheet must not take a name such as =cmd() for a formula
const safe = text => text.replace(/(^|[\t\n])(?=[=@+-])(?![+-]?[\d.,]+%?([\t\n]|$))/g, "$1'");
const copy = (button, text) => navigator.clipboard.writeText(text)
  .then(() => _("Copied"), () => _("Not copied")).then(said => {
    const before = button.dataset.name;
    button.textContent = said;
    setTimeout(() => button.textContent = before, 1500);
  });
const offer = (place, name, text) => {
  const button = make("button", name, { className: "copier", onclick: () => copy(button, text()) });
  button.dataset.name = name;
  place(button);
};
if (navigator.clipboard) {
  all("details.input pre, .command, .copy").forEach(e => {
    const text = e.textContent;
    offer(b => e.after(b), _("Copy"), () => text);
  });
}
addEventListener("copy", event => {
  const chosen = getSelection();
  if (!chosen.rangeCount || !chosen.getRangeAt(0).cloneContents().querySelector("td, th")) return;
  const text = String(chosen), harmless = safe(text);
  if (text == harmless) return;
  event.clipboardData.setData("text/plain", harmless);
  event.preventDefault();
});

// a link to each place that somebody may want to send to somebody
const numbered = e => (e.id[0] == "t" ? _("table {}") : _("figure {}")).replace("{}", e.id.split("-")[1]);
const places = { "[id^=sec-]": [e => e, _("this section")], ".table[id]": [e => all("caption", e)[0], 0],
  "figure[id]": [e => all("figcaption", e)[0], 0], "tr[id^=claim-]": [e => e.cells[0], _("this claim")] };
for (const [kind, [end, called]] of Object.entries(places)) all(`main ${kind}`).forEach(e => {
  const link = make("a", "¶", { className: "mark", href: `#${encodeURIComponent(e.id)}`, ariaLabel: _("Link to {}").replace("{}", called || numbered(e)) });
  const before = kind.startsWith("tr") && all("th > span", e)[0];
  if (before) before.before(link, " "); else end(e)?.append(" ", link);
});

// what a reader can take along: a drawing, the rows behind it, a table
const stem = decodeURIComponent(location.pathname).split("/").pop().replace(/\.html?$/, "");
const save = (name, address) => make("a", "", { href: address, download: `${stem}-${name}` }).click();
const keep = (name, kind, text) => {
  const address = URL.createObjectURL(new Blob([text], { type: kind }));
  save(name, address);
  setTimeout(() => URL.revokeObjectURL(address), 60000);
};
const tools = (place, called, ...buttons) => {
  const box = make("div", "", { className: "tools" });
  box.append(...buttons.filter(b => b).map(([name, onclick]) => make("button", name, { onclick, ariaLabel: `${name}: ${called}` })));
  place(box);
};
const written = rows => [...rows].map(row =>
  [...row.cells].map(c => `"${safe(c.textContent).replace(/"/g, '""')}"`).join()).join("\r\n");

const enlarge = (picture, called) => {
  const place = make("span"), room = make("dialog", "", { className: "large", ariaLabel: called });
  picture.replaceWith(place);
  room.append(make("button", _("Close"), { onclick: () => room.close() }), picture);
  d.body.append(room);
  const fit = () => {
    const [w, h] = ["width", "height"].map(side => +picture.getAttribute(side) || picture[`natural${side == "width" ? "Width" : "Height"}`]);
    picture.style.width = `${Math.max(w, Math.min(innerWidth - 64, (innerHeight - 110) * w / h))}px`;
  };
  addEventListener("resize", fit);
  room.onclick = event => event.target == room && room.close();
  room.onclose = () => {
    removeEventListener("resize", fit);
    picture.style.width = "";
    place.replaceWith(picture);
    room.remove();
  };
  room.showModal();
  fit();
};
all("figure.drawing").forEach(figure => {
  const picture = all("svg, img", figure)[0], called = numbered(figure), rows = figure.nextElementSibling;
  const kind = picture.src ? picture.src.match(/image\/(\w+)/)[1] : "svg";
  const large = () => picture.closest("dialog") || enlarge(picture, called);
  picture.addEventListener("click", large);
  tools(e => all("figcaption", figure)[0].after(e), called, [_("Enlarge"), large],
    [kind.toUpperCase(), () => picture.src ? save(`${figure.id}.${kind}`, picture.src)
      : keep(`${figure.id}.svg`, "image/svg+xml", new XMLSerializer().serializeToString(picture))],
    rows?.matches("template.csv") && ["CSV", () => keep(`${figure.id}.csv`, "text/csv", rows.content.textContent)]);
});

// tables are sorted by the buttons in their heads: up, down, as they were
const number = text => {
  const plain = text.trim().replace(/,(?=\d{3})/g, "").replace("−", "-").replace(/\s*%$/, "");
  return plain && !isNaN(plain) ? +plain : null;
};
const unknown = text => /^\s*(not known|未知|–|)\s*$/.test(text);
const order = (a, b, sign) => {
  const [x, y] = [number(a), number(b)];
  return unknown(a) - unknown(b) || sign * (x == null || y == null ? (x == null) - (y == null) || a.localeCompare(b) : x - y);
};
const sortable = table => {
  const body = table.tBodies[0], heads = table.tHead?.rows;
  if (heads?.length != 1 || !body || body.rows.length < 2 || all("[rowspan], [colspan], thead :is(a, button)", table).length) return;
  const rows = [...body.rows], key = (row, n) => row.cells[n]?.dataset.sort ?? row.cells[n]?.textContent ?? "";
  all("th", heads[0]).forEach(th => {
    const n = th.cellIndex, button = make("button", "", { onclick: () => {
      const next = { ascending: "descending", descending: "" }[th.ariaSort] ?? "ascending";
      all("th", heads[0]).forEach(e => e.removeAttribute("aria-sort"));
      if (next) th.setAttribute("aria-sort", next);
      body.append(...(next ? [...rows].sort((a, b) => order(key(a, n), key(b, n), next == "ascending" ? 1 : -1)) : rows));
    } });
    button.append(...th.childNodes);
    th.append(button);
  });
};
all("article .table, #your-data .table").forEach(box => {
  const table = all("table", box)[0];
  sortable(table);
  if (!box.id) return;
  let rows = box.nextElementSibling;
  while (rows?.tagName == "P") rows = rows.nextElementSibling;
  const sent = rows?.matches("template.csv[data-name]") && rows.dataset.name;
  tools(e => box.after(e), numbered(box), ["CSV", () => sent
    ? keep(`${sent}.csv`, "text/csv", rows.content.textContent) : keep(`${box.id}.csv`, "text/csv", written(table.rows))]);
});

// the list of runs: sort by a column, filter by words and verdict
const lists = all("table.runs"), rows = lists.flatMap(e => [...e.tBodies[0].rows]);
lists.forEach(sortable);
if (lists.length) {
  const box = all(".filter")[0], [words, verdict, count] = all("input, select, [role=status]", box);
  box.hidden = false;
  box.oninput = () => {
    const wanted = words.value.toLowerCase().split(/\s+/);
    rows.forEach(row => row.hidden = !(wanted.every(w => row.textContent.toLowerCase().includes(w))
      && (!verdict.value || (row.cells[1].dataset.sort ?? row.cells[1].innerText) == verdict.value)));
    const left = rows.filter(row => !row.hidden);
    if (words.value || verdict.value) left.forEach(row => { if (row.closest("details")) row.closest("details").open = true; });
    count.textContent = _("{n} of {all} runs").replace("{n}", left.length).replace("{all}", rows.length);
  };
}
})();
