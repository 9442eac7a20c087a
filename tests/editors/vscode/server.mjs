// Starts Visual Studio Code's server with the extension installed and nothing else, and stops it with all its children.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const QUIET = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'workbench.enableExperiments': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Dark Modern',
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'editor.accessibilitySupport': 'off',
  'editor.hover.delay': 100,
  'files.autoSave': 'off',
  'git.enabled': false,
};

/**
 * @param {{ entry: string, vsix: string, path: string }} what the server's entry file, the extension's package, and
 *   the `PATH` on which the extension will look for `flow-lsp`
 */
export async function startServer({ entry, vsix, path: searched }) {
  const home = mkdtempSync(path.join(os.tmpdir(), 'flow-vscode-'));
  const settingsFile = path.join(home, 'data/User/settings.json');
  mkdirSync(path.dirname(settingsFile), { recursive: true });
  writeFileSync(settingsFile, JSON.stringify(QUIET));
  writeFileSync(path.join(home, 'config.yaml'), 'auth: none\n');
  const env = { ...process.env, HOME: home, CARGO_HOME: path.join(home, 'cargo'), PATH: searched, EXTENSIONS_GALLERY: '{}' };
  for (const name of ['XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME']) env[name] = path.join(home, name);

  const common = ['--config', `${home}/config.yaml`, '--user-data-dir', `${home}/data`, '--extensions-dir', `${home}/extensions`];
  execFileSync(process.execPath, [entry, ...common, '--install-extension', vsix], { env, stdio: 'pipe' });

  const port = await freePort();
  const flags = ['--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'];
  const server = spawn(process.execPath, [entry, ...common, ...flags, '--disable-getting-started-override', '--vscode-option', 'force-disable-user-env'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let log = '';
  server.stdout.on('data', (data) => (log += data));
  server.stderr.on('data', (data) => (log += data));
  const ended = new Promise((done) => server.once('exit', done));

  const stop = async () => {
    try {
      process.kill(-server.pid, 'SIGTERM');
    } catch {
      // It has ended already.
    }
    await ended;
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  try {
    await answers(`http://127.0.0.1:${port}/healthz`, ended);
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${log}`);
  }
  return { port, stop, log: () => log.replaceAll(/^\s.*\n|^(?:Error: Could not locate the bindings|\}$).*\n/gm, '') };
}

async function freePort() {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await new Promise((done) => listener.once('listening', done));
  const { port } = listener.address();
  await new Promise((done) => listener.close(done));
  return port;
}

/** Waits until the address answers, or the server has ended. */
async function answers(address, ended) {
  let alive = true;
  ended.then(() => (alive = false));
  for (let attempt = 0; alive && attempt < 600; attempt++) {
    try {
      if ((await fetch(address)).ok) return;
    } catch {
      // Not yet.
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(alive ? 'the editor did not answer within a minute' : 'the editor ended at once');
}
