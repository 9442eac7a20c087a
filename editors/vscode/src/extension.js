// The extension: starts `flow-lsp`, shows how it is, and restarts it on request.
// Everything that knows the language lives in the server.
// @ts-check
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const vscode = require('vscode');
const { LanguageClient, State } = require('vscode-languageclient/node');
const { findServer } = require('./server');
const { Status } = require('./status');

const INSTALLING = 'https://github.com/flow-lang/flow/blob/main/docs/editors.md';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** @type {Server | undefined} */
let server;

/** @param {vscode.ExtensionContext} context */
async function activate(context) {
  server = new Server();
  context.subscriptions.push(
    server,
    vscode.commands.registerCommand('flow.restartServer', () => server?.restart()),
    vscode.commands.registerCommand('flow.showOutput', () => server?.output.show(true)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('flow.server.path')) return server?.restart();
    }),
  );
  await server.restart();
}

async function deactivate() {
  await server?.stop();
}

/**
 * The language server as the editor sees it: at most one client and one process at a time, changed one after the other.
 */
class Server {
  constructor() {
    this.output = vscode.window.createOutputChannel('Flow', { log: true });
    this.trace = vscode.window.createOutputChannel('Flow Trace', { log: true });
    this.files = vscode.workspace.createFileSystemWatcher('**/{*.flow,flow.toml}');
    this.status = new Status();
    /** @type {LanguageClient | undefined} */
    this.client = undefined;
    /** @type {ChildProcess | undefined} */
    this.process = undefined;
    /** @type {Promise<void>} the last change that was asked for; the next one waits for it */
    this.change = Promise.resolve();
  }

  /** Starts the server anew, wherever it is now. */
  restart() {
    this.release();
    this.change = this.change.then(() => this.stopNow()).then(() => this.startNow());
    return this.change;
  }

  stop() {
    this.release();
    this.change = this.change.then(() => this.stopNow());
    return this.change;
  }

  /** Ends a process that has not answered yet: a client that is still starting cannot be stopped in another way. */
  release() {
    if (this.client?.state === State.Starting) this.process?.kill();
  }

  async startNow() {
    const search = find();
    if ('problem' in search) {
      this.output.error(search.problem);
      this.status.missing(search.problem);
      void this.offerHelp(search.problem);
      return;
    }
    this.output.info(`starting ${search.found}`);
    this.status.starting();
    const client = new LanguageClient('flow', 'Flow', () => this.spawn(search.found), {
      documentSelector: [{ language: 'flow', scheme: 'file' }, { language: 'flow', scheme: 'untitled' }],
      outputChannel: this.output,
      traceOutputChannel: this.trace,
      synchronize: { fileEvents: this.files },
    });
    client.onDidChangeState(({ newState }) => this.shown(client, newState));
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      this.status.missing(`\`${search.found}\` did not start: ${said(error)}`);
    }
  }

  /**
   * @param {string} program
   * @returns {Promise<ChildProcess>}
   */
  spawn(program) {
    return new Promise((started, failed) => {
      const child = spawn(program, [], { cwd: folder(), stdio: 'pipe' });
      this.process = child;
      child.once('spawn', () => started(child));
      child.once('error', failed);
      child.once('exit', (code, signal) => this.output.info(`${program} has ended (${signal ?? `exit code ${code}`})`));
    });
  }

  async stopNow() {
    const { client, process } = this;
    this.client = undefined;
    this.process = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      this.output.warn(`the server did not stop as it was asked to: ${said(error)}`);
      process?.kill();
    }
    this.status.stopped();
  }

  /**
   * @param {LanguageClient} client
   * @param {State} state
   */
  shown(client, state) {
    if (client !== this.client) return;
    if (state === State.Running) {
      const info = client.initializeResult?.serverInfo;
      this.status.running(info ? `${info.name} ${info.version ?? ''}`.trim() : '');
    } else if (state === State.Starting) {
      this.status.starting();
    } else {
      this.status.stopped();
    }
  }

  /** @param {string} problem */
  async offerHelp(problem) {
    const [how, settings, output] = ['How to Install', 'Open Settings', 'Show Output'];
    const choice = await vscode.window.showErrorMessage(`Flow: ${problem}.`, how, settings, output);
    if (choice === how) await vscode.env.openExternal(vscode.Uri.parse(INSTALLING));
    if (choice === settings) await vscode.commands.executeCommand('workbench.action.openSettings', 'flow.server.path');
    if (choice === output) this.output.show(true);
  }

  dispose() {
    this.status.dispose();
    this.files.dispose();
    this.output.dispose();
    this.trace.dispose();
  }
}

/** Looks for the server in the editor's own surroundings. */
function find() {
  return findServer({
    setting: vscode.workspace.getConfiguration('flow').get('server.path', ''),
    env: process.env,
    platform: process.platform,
    home: os.homedir(),
    folder: folder(),
    isProgram,
  });
}

/** The first folder of the workspace, if it lies on a disk. */
function folder() {
  return vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
}

/** @param {unknown} error */
function said(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {string} file */
function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

module.exports = { activate, deactivate };
