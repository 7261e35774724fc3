// Small pieces of a page. Text is always text: what a notebook says is never read as HTML.

export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name in node && name !== 'list' && name !== 'sandbox') node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

const SIGNS = { passed: '✓', match: '✓', recovered: '✓', incomplete: '◐', interrupted: '◐', withheld: '◐',
  'by construction': '◇', 'not computable': '–', 'not checked': '–', 'n/a': '–' };

export const kind = verdict => `wb-v-${verdict.replace(/[^a-z]+/g, '-')}`;

export function chip(verdict, more) {
  const sign = element('span', { ariaHidden: 'true' }, SIGNS[verdict] ?? '✕');
  return element('span', { className: `wb-chip ${kind(verdict)}`, title: more }, sign, ` ${verdict}`);
}

export function when(text) {
  const date = new Date(text);
  return Number.isNaN(date.valueOf()) ? '' : date.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
}

export const button = (label, onclick, more = {}) => element('button', { type: 'button', onclick, ...more }, label);
