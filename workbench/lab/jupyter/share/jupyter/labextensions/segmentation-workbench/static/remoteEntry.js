// How JupyterLab finds this extension: the two functions of a module-federation container, written out, so that
// nothing has to be built. `init` gets the modules that JupyterLab shares, `get` returns the plugins.
(() => {
  const here = document.currentScript.src;
  let shared;
  const module = async name => (await Object.values(shared[name])[0].get())();
  (window._JUPYTERLAB ??= {})['segmentation-workbench'] = {
    init: scope => { shared = scope; },
    get: async () => {
      const { plugin } = await import(new URL('extension.js', here));
      const found = await plugin(module, new URL('style.css', here));
      return () => ({ __esModule: true, default: found });
    },
  };
})();
