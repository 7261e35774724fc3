// What JupyterLab and Notebook 7 get: a first page, a form beside each notebook, reports in tabs, readable outputs.
import { Welcome } from './welcome.js';
import { Form } from './form.js';
import { renderers } from './outputs.js';
import { chip, element } from './elements.js';

export async function plugin(module, style) {
  const names = ['@lumino/widgets', '@jupyterlab/apputils', '@jupyterlab/services', '@jupyterlab/coreutils',
    '@jupyterlab/rendermime', '@jupyterlab/notebook'];
  const [{ Widget }, { ToolbarButton, ICommandPalette }, { ServerConnection }, { URLExt }, { IRenderMimeRegistry }, { NotebookActions }] =
    await Promise.all(names.map(module));
  return {
    id: 'segmentation-workbench:plugin',
    autoStart: true,
    requires: [IRenderMimeRegistry],
    optional: [ICommandPalette],
    activate(app, rendermime, palette) {
      document.head.append(element('link', { rel: 'stylesheet', href: style }));
      for (const [factory, rank] of renderers(Widget)) rendermime.addFactory(factory, rank);
      const bench = new Bench(app, { Widget, ToolbarButton, ServerConnection, URLExt, NotebookActions });
      bench.start(palette);
    },
  };
}

class Bench {
  constructor(app, modules) {
    this.app = app;
    Object.assign(this, modules);
    this.inLab = app.name !== 'Jupyter Notebook';
  }

  start(palette) {
    const { commands, docRegistry } = this.app;
    commands.addCommand('workbench:welcome', { label: 'Workbench: first page', execute: () => this.welcome() });
    commands.addCommand('workbench:form', {
      label: 'Workbench: form of this notebook',
      execute: () => this.form(this.app.shell.currentWidget),
    });
    for (const command of ['workbench:welcome', 'workbench:form'])
      palette?.addItem({ command, category: 'Workbench' });
    docRegistry.addWidgetExtension('Notebook', { createNew: panel => this.button(panel) });
    if (this.inLab) this.app.restored.then(() => this.greet());
  }

  button(panel) {
    const button = new this.ToolbarButton({
      label: 'Form and report', className: 'wb-open',
      tooltip: 'Set the parameters in a form, and make a report', onClick: () => this.form(panel),
    });
    panel.toolbar.insertItem(0, 'workbench', button);
    panel.toolbar.insertItem(1, 'workbench-died', this.watch(panel));
  }

  // a kernel that died in Run All starts anew and looks idle, as if all were well; this says so until a cell runs again
  watch(panel) {
    const said = new this.Widget({ node: element('div', { className: 'wb wb-died', role: 'status' }) });
    const died = (_, status) => {
      if (status === 'autorestarting' || status === 'dead')
        said.node.replaceChildren(chip('kernel died', 'The kernel died; what stands below may be of two kernels. Run all cells again.'));
    };
    const begun = (_, { notebook }) => { if (notebook === panel.content) said.node.replaceChildren(); };
    panel.sessionContext.statusChanged.connect(died);
    this.NotebookActions.executionScheduled.connect(begun);
    panel.disposed.connect(() => this.NotebookActions.executionScheduled.disconnect(begun));
    return said;
  }

  // the first page stands where nothing else was left open
  greet() {
    const open = [...this.app.shell.widgets('main')].filter(widget => !widget.id.startsWith('launcher'));
    if (!open.length && !/\/tree\//.test(location.pathname)) this.welcome();
  }

  // ask the server; a refusal comes back as one, whatever went wrong
  async ask(path, { method = 'GET', body } = {}) {
    const settings = this.app.serviceManager.serverSettings;
    const url = this.URLExt.join(settings.baseUrl, 'workbench', path);
    try {
      const sent = body ? { method, body: JSON.stringify(body) } : { method };
      const reply = await this.ServerConnection.makeRequest(url, sent, settings);
      return reply.ok ? await reply.json() : { refused: `the server answers ${reply.status} ${reply.statusText}` };
    } catch (error) {
      return { refused: `the server does not answer: ${error.message}` };
    }
  }

  page(name) {
    return this.URLExt.join(this.app.serviceManager.serverSettings.baseUrl, 'workbench', 'page', name);
  }

  openNotebook(path) {
    return this.app.commands.execute('docmanager:open', { path, factory: 'Notebook' });
  }

  tab(id, label, node, place = {}) {
    const known = [...this.app.shell.widgets('main'), ...this.app.shell.widgets('right')].find(w => w.id === id);
    if (known && place.keep) { this.app.shell.activateById(id); return known; }
    known?.dispose();
    const widget = new this.Widget({ node: element('div', { className: 'wb' }, node) });
    Object.assign(widget, { id });
    Object.assign(widget.title, { label, closable: true });
    this.app.shell.add(widget, this.inLab ? 'main' : 'right', place);
    this.app.shell.activateById(id);
    return widget;
  }

  welcome() {
    const first = new Welcome(this);
    const widget = this.tab('wb-welcome', 'Workbench', first.node);
    widget.processMessage = message => {
      this.Widget.prototype.processMessage.call(widget, message);
      if (message.type === 'after-show') first.refresh();
    };
    return first.refresh();
  }

  async form(panel) {
    const path = panel?.context?.path;
    if (!path?.endsWith('.ipynb')) return;
    const id = `wb-form-${path}`;
    const narrow = window.innerWidth < 900;
    const form = new Form(this, path, panel.context);
    const widget = this.tab(id, `Form: ${path.split('/').pop().replace(/\.ipynb$/, '')}`, form.node,
      { mode: narrow ? 'tab-after' : 'split-right', ref: panel.id, keep: true });
    if (!widget.node.contains(form.node)) return;  // it stands there already
    const saved = () => form.load();
    panel.context.fileChanged.connect(saved);
    panel.disposed.connect(() => widget.dispose());
    widget.disposed.connect(() => { panel.context?.fileChanged?.disconnect(saved); form.gone = true; });
    await form.load();
  }

  report(name, label) {
    const frame = element('iframe', {
      src: this.page(name), title: `Report: ${label}`, className: 'wb-page',
      sandbox: 'allow-scripts allow-downloads allow-popups allow-modals',
    });
    this.tab(`wb-report-${name}`, `Report: ${label}`, frame);
  }
}
