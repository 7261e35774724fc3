// Small comforts; nothing on a page depends on them. Only text is ever written into the page.
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
  const button = make("button", "Show all code", { onclick: () => {
    const open = code.some(e => !e.open);
    code.forEach(e => e.open = open);
    button.textContent = open ? "Hide all code" : "Show all code";
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
  .then(() => "Copied", () => "Not copied").then(said => {
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
    offer(b => e.after(b), "Copy", () => text);
  });
  all("article caption").forEach(e => offer(b => e.append(b), "Copy as CSV", () => [...e.parentElement.rows].map(row =>
    [...row.cells].map(c => `"${safe(c.textContent).replace(/"/g, '""')}"`).join()).join("\r\n")));
}
addEventListener("copy", event => {
  const chosen = getSelection();
  if (!chosen.rangeCount || !chosen.getRangeAt(0).cloneContents().querySelector("td, th")) return;
  const text = String(chosen), harmless = safe(text);
  if (text == harmless) return;
  event.clipboardData.setData("text/plain", harmless);
  event.preventDefault();
});

// the list of runs: sort by a column, filter by words and verdict
const runs = all("table.runs")[0];
if (runs) {
  const body = runs.tBodies[0], rows = [...body.rows];
  const key = (row, n) => row.cells[n].dataset.sort ?? row.cells[n].innerText;
  all("thead th", runs).forEach((th, n) => {
    const button = make("button", th.textContent, { onclick: () => {
      const up = th.ariaSort != "ascending";
      all("thead th", runs).forEach(e => e.removeAttribute("aria-sort"));
      th.setAttribute("aria-sort", up ? "ascending" : "descending");
      rows.sort((a, b) => {
        const [x, y] = [key(a, n), key(b, n)];
        return (x - y || x.localeCompare(y)) * (up ? 1 : -1);
      });
      body.append(...rows);
    } });
    th.replaceChildren(button);
  });
  const box = all(".filter")[0], [words, verdict, count] = all("input, select, [role=status]", box);
  box.hidden = false;
  box.oninput = () => {
    const wanted = words.value.toLowerCase().split(/\s+/);
    rows.forEach(row => row.hidden = !(wanted.every(w => row.textContent.toLowerCase().includes(w))
      && (!verdict.value || key(row, 1) == verdict.value)));
    count.textContent = `${rows.filter(row => !row.hidden).length} of ${rows.length} runs`;
  };
}
})();
