// Outputs that JupyterLab would show bare: a figure with its caption, the claims coloured by verdict and counted.
import { chip, element, kind } from './elements.js';

const CLAIMS = 'application/vnd.workbench.claims+json', SVG = 'image/svg+xml';

export function renderers(Widget) {
  const factory = (mime, draw) => ({
    safe: true,  // text and pictures only, nothing of a notebook that runs
    mimeTypes: [mime],
    createRenderer: () => new class extends Widget {
      async renderModel(model) {
        this.addClass('wb');
        this.node.replaceChildren(draw(model.data[mime], model.metadata ?? {}));
      }
    }(),
  });
  return [[factory(SVG, figure), 10], [factory(CLAIMS, claims), 5]];
}

function figure(svg, { workbench = {}, [SVG]: told = {} }) {
  const text = Array.isArray(svg) ? svg.join('') : svg;
  const src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  const image = element('img', { src, alt: workbench.alt ?? told.alt ?? '' });
  return element('figure', { className: 'wb-figure' }, image,
    workbench.caption ? element('figcaption', {}, workbench.caption) : null);
}

function claims(told) {
  const rows = Array.isArray(told?.claims) ? told.claims : [];
  const heads = ['claim', 'published', 'reproduced', 'verdict', 'why'].map(text => element('th', { scope: 'col' }, text));
  const tally = Object.entries(told?.tally ?? {}).map(([verdict, n]) => element('li', {}, `${n} `, chip(verdict)));
  return element('div', {}, element('ul', { className: 'wb-tally' }, tally),
    element('table', { className: 'wb-claims' }, element('thead', {}, element('tr', {}, heads)),
      element('tbody', {}, rows.map(claim))));
}

function claim(row) {
  const said = element('th', { scope: 'row' }, element('code', {}, row.id), element('br'), row.statement,
    element('span', { className: 'wb-soft' }, ` (${row.source})`));
  return element('tr', { className: kind(row.verdict) }, said, element('td', {}, number(row, 'published')),
    element('td', {}, number(row, 'reproduced')), element('td', {}, chip(row.verdict)),
    element('td', { className: 'wb-soft' }, row.reads ?? row.note ?? ''));
}

// as the report writes it: two decimals more where a figure is ours
function number(row, key) {
  const value = row[key];
  if (key === 'reproduced' && row.search)
    return `${row.search.solutions.toLocaleString('en')} solution${row.search.solutions === 1 ? '' : 's'}`;
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.join(' … ');
  const fixed = typeof value === 'number' && row.decimals !== null && !Number.isInteger(value);
  return fixed ? value.toFixed(row.decimals + (key === 'reproduced' ? 2 : 0)) : String(value);
}
