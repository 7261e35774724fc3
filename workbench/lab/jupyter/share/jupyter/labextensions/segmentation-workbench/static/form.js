// The form of a notebook's parameters, looked at by the runner as one types, and its report in the making.
import { button, chip, element, when } from './elements.js';

function labelled(name, note, input, problem) {
  const told = element('span', {}, element('span', { className: 'wb-called' }, name), note ? element('span', { className: 'wb-note' }, note) : null);
  return element('div', { className: 'wb-field' }, element('label', {}, told, input), problem);
}

export class Form {
  constructor(bench, path, context) {
    Object.assign(this, { bench, path, context, inputs: {}, asked: 0, gone: false });
    this.node = element('main', { className: 'wb-form' });
  }

  async load() {
    const told = await this.bench.ask(`form?notebook=${encodeURIComponent(this.path)}`);
    this.stale = Boolean(this.running);  // a form is not drawn anew under a run
    if (this.stale) return;
    if (told.refused) {
      this.node.replaceChildren(element('p', { className: 'wb-problem', role: 'alert' }, told.refused));
      return;
    }
    const before = this.changed();
    this.told = told;
    this.draw();
    for (const [name, text] of Object.entries(before)) if (this.inputs[name]) this.set(name, text);
    if (told.running) this.follow(told.running);
    await this.look();
  }

  draw() {
    const { title, asked, fields, rules, latest } = this.told;
    this.inputs = {};
    const own = fields.filter(field => field.own), ours = fields.filter(field => !field.own);
    const none = element('p', { className: 'wb-soft' }, 'This notebook declares no parameters.');
    this.said = element('p', { className: 'wb-problem', role: 'alert' });
    this.command = element('code', { className: 'wb-command' });
    this.name = element('input', { name: 'wb-name', autocomplete: 'off', oninput: () => this.look() });
    this.go = button('Make report', () => this.make(), { className: 'wb-main' });
    this.reset = button('Back to defaults', () => this.defaults());
    this.stop = button('Stop', () => this.bench.ask(`report/${this.key}`, { method: 'DELETE' }), { hidden: true });
    this.bar = element('progress', { hidden: true, max: 1, value: 0 });
    this.cell = element('p', { className: 'wb-soft', ariaLive: 'polite' });
    this.outcome = element('div', { className: 'wb-outcome', role: 'status' }, latest ? this.ended(latest, latest.name, latest.when) : null);
    this.node.replaceChildren(
      element('header', {}, element('h1', {}, title), element('p', {}, asked ?? '')),
      element('form', { onsubmit: event => event.preventDefault() },
        fields.length ? null : none, ours.map(field => this.field(field)),
        own.length ? element('details', {}, element('summary', {}, 'Your own data'), own.map(field => this.field(field))) : null,
        labelled('name', 'of the report; by default that of the notebook', this.name),
        rules.length ? element('p', { className: 'wb-note' }, 'Rules: ', rules.flatMap((rule, i) => [i ? ', ' : '', element('code', {}, rule)])) : null,
        element('p', { className: 'wb-note' }, 'The same in a terminal: ', this.command)),
      element('footer', {}, this.said, element('div', { className: 'wb-buttons' }, this.go, this.stop, this.reset), this.bar, this.cell, this.outcome));
  }

  field(field) {
    const { name, control, choices, kind, note, optional, default: value } = field;
    const oninput = () => this.look();
    const input = control === 'menu'
      ? element('select', { oninput }, choices.map(choice => element('option', { value: choice }, choice || 'none')))
      : element('input', { oninput, type: control === 'tick' ? 'checkbox' : 'text', autocomplete: 'off', spellcheck: false,
        inputMode: { whole: 'numeric', number: 'decimal' }[control], placeholder: optional ? 'none' : '' });
    const problem = element('p', { className: 'wb-problem', id: `wb-${name}-of-${this.path}` });
    Object.assign(input, { name, title: kind });
    input.setAttribute('aria-describedby', problem.id);
    this.inputs[name] = { input, problem, field };
    this.set(name, value);
    return labelled(name, note, input, problem);
  }

  set(name, text) {
    const { input, field } = this.inputs[name];
    if (field.control === 'tick') input.checked = text === 'true';
    else input.value = text;
  }

  text(name) {
    const { input, field } = this.inputs[name];
    return field.control === 'tick' ? String(input.checked) : input.value;
  }

  values() {
    return Object.fromEntries(Object.keys(this.inputs).map(name => [name, this.text(name)]));
  }

  changed() {
    const differs = ([name, text]) => text !== this.inputs[name].field.default;
    return Object.fromEntries(Object.entries(this.values()).filter(differs));
  }

  defaults() {
    for (const { field } of Object.values(this.inputs)) this.set(field.name, field.default);
    this.name.value = '';
    this.look();
  }

  // the answer to what was typed last counts; one that was overtaken is dropped
  async look() {
    const asked = ++this.asked;
    this.node.dataset.looked = '';
    const body = { notebook: this.path, values: this.values(), name: this.name.value.trim() };
    const told = await this.bench.ask('form', { method: 'POST', body });
    if (asked !== this.asked || this.gone) return;
    for (const [name, { input, problem, field }] of Object.entries(this.inputs)) {
      problem.textContent = told.problems?.[name] ?? '';
      const wrong = problem.textContent || told.concerned?.includes(name);
      input.setAttribute('aria-invalid', wrong ? 'true' : 'false');
      input.closest('.wb-field').classList.toggle('wb-changed', this.text(name) !== field.default);
      if (wrong) input.closest('details')?.setAttribute('open', '');
    }
    this.said.textContent = told.refused ?? '';
    this.command.textContent = told.command ?? '–';
    this.fits = !told.refused && !Object.keys(told.problems ?? {}).length;
    this.go.disabled = !this.fits || Boolean(this.running);
    this.node.dataset.looked = this.fits ? 'fits' : 'wrong';
  }

  async make() {
    this.running = true;
    if (this.context.model.dirty) await this.context.save();
    const body = { notebook: this.path, values: this.values(), name: this.name.value.trim(), force: true };
    this.go.disabled = true;
    const told = await this.bench.ask('report', { method: 'POST', body });
    if (told.refused) this.end({ verdict: 'refused', reason: told.refused });
    else await this.follow(told.key);
  }

  // one request after the other: each is answered when there is news
  async follow(key) {
    this.key = key;
    this.running = true;
    this.busy(true);
    this.outcome.replaceChildren();
    for (let seen = 0; !this.gone;) {
      const told = await this.bench.ask(`report/${key}?seen=${seen}`);
      if (told.refused) {
        this.end({ verdict: 'incomplete', reason: `nobody knows how the run ended: ${told.refused}` });
        return;
      }
      seen += told.events.length;
      for (const event of told.events) {
        if (event.cell) this.progress(...event.cell);
        if (event.end) { this.end(event.end); return; }
      }
    }
  }

  progress(number, total, heading) {
    Object.assign(this.bar, { max: total, value: number - 1 });
    this.cell.textContent = `Cell ${number} of ${total}: ${heading}`;
  }

  busy(running) {
    this.stop.hidden = !running;
    this.bar.hidden = !running;
    this.bar.removeAttribute('value');  // until the first cell runs
    this.cell.textContent = running ? 'A kernel is being started.' : '';
    this.go.disabled = running || !this.fits;
    this.node.classList.toggle('wb-busy', running);
  }

  async end(ended) {
    this.running = false;
    this.busy(false);
    if (this.stale) await this.load();
    this.outcome.replaceChildren(...this.ended(ended, ended.name));
    if (ended.page) this.bench.report(ended.page, ended.name);
  }

  ended({ verdict, reason, at, page }, name, made) {
    const opened = page && button('Open the page', () => this.bench.report(page, name));
    const alone = page && element('a', { href: this.bench.page(page), target: '_blank', rel: 'noopener' }, 'in a tab of the browser');
    return [element('p', { className: 'wb-verdict' }, chip(verdict), ` ${reason}${at ? ` (${at})` : ''}`),
      element('p', { className: 'wb-soft' }, made ? `The latest report, made ${when(made)}. ` : '', opened, ' ', alone)];
  }
}
