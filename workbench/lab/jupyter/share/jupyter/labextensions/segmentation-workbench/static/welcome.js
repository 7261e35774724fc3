// The first page: the notebooks of the project with the verdict of their latest report, and a way to begin one.
import { button, chip, element, when } from './elements.js';

export class Welcome {
  constructor(bench) {
    this.bench = bench;
    this.node = element('main', { className: 'wb-welcome' });
  }

  async refresh() {
    const told = await this.bench.ask('welcome');
    this.node.replaceChildren(...(told.refused ? [this.trouble(told.refused)] : this.all(told)));
  }

  trouble(text) {
    return element('p', { className: 'wb-problem', role: 'alert' }, text);
  }

  all(told) {
    const models = told.groups.slice(0, 2).flatMap(group => group.cards);
    const hint = 'Open a notebook; “Form and report” above it sets its parameters, checks them and makes its report.';
    return [
      element('header', {}, element('h1', {}, 'Workbench'), element('p', {}, hint)),
      ...told.groups.map(group => this.group(group)),
      this.begin(models),
      this.latest(told),
    ];
  }

  group({ title, cards }) {
    const none = element('p', { className: 'wb-soft' }, 'None yet; begin one below.');
    return element('section', {}, element('h2', {}, title),
      cards.length ? element('ul', { className: 'wb-cards' }, cards.map(card => this.card(card))) : none);
  }

  card({ study, asked, path, report }) {
    const open = path ? button(study, () => this.bench.openNotebook(path), { className: 'wb-name' }) : study;
    return element('li', {}, element('h3', {}, open), element('p', {}, asked ?? ''),
      element('p', { className: 'wb-foot' }, report ? this.link(report) : element('span', { className: 'wb-soft' }, 'no report yet')));
  }

  link({ verdict, reason, page, title, when: at }) {
    const opened = () => this.bench.report(page, title);
    return button([chip(verdict, reason), element('span', { className: 'wb-soft' }, ` ${when(at)}`)], opened,
      { className: 'wb-plain', ariaLabel: `Open the report ${title}: ${verdict}` });
  }

  begin(models) {
    const options = [...models.map(({ study }) => [study, `a copy of ${study}`]), ['', 'a study of its own, from the skeleton']];
    const from = element('select', { name: 'study' }, options.map(([value, label]) => element('option', { value }, label)));
    const name = element('input', { name: 'name', placeholder: 'my-shop', required: true, autocomplete: 'off' });
    const said = element('p', { role: 'alert', className: 'wb-problem' });
    const onsubmit = async event => {
      event.preventDefault();
      said.textContent = '';
      const told = await this.bench.ask('new', { method: 'POST', body: { study: from.value, name: name.value } });
      if (told.refused) said.textContent = told.refused;
      else await Promise.all([this.bench.openNotebook(told.path), this.refresh()]);
    };
    const form = element('form', { className: 'wb-begin', onsubmit }, element('label', {}, 'From ', from),
      element('label', {}, 'called ', name), element('button', { type: 'submit', className: 'wb-main' }, 'Begin'));
    return element('section', {}, element('h2', {}, 'New from a template'), form, said);
  }

  latest({ latest, index }) {
    const rows = latest.map(report => element('tr', {},
      element('td', {}, button(report.title, () => this.bench.report(report.page, report.name), { className: 'wb-plain wb-name' }),
        report.name === report.title ? null : element('div', { className: 'wb-soft' }, report.name)),
      element('td', {}, chip(report.verdict, report.reason)),
      element('td', { className: 'wb-soft' }, Object.entries(report.tally).map(([word, n]) => `${n} ${word}`).join(', ')),
      element('td', { className: 'wb-soft' }, when(report.when))));
    const heads = ['report', 'verdict', 'claims', 'made'].map(text => element('th', { scope: 'col' }, text));
    const table = element('table', {}, element('thead', {}, element('tr', {}, heads)), element('tbody', {}, rows));
    const none = element('p', { className: 'wb-soft' }, 'None yet.');
    const all = index && button('All reports', () => this.bench.report(index, 'all'));
    return element('section', {}, element('h2', {}, 'Latest reports'), latest.length ? table : none, all);
  }
}
