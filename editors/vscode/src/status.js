// The status item: whether the language server runs, beside the language mode of a `.flow` file.
// @ts-check
'use strict';

const vscode = require('vscode');

/**
 * A language status item with one method for each state of the server.
 */
class Status {
  constructor() {
    this.item = vscode.languages.createLanguageStatusItem('flow.server', { language: 'flow' });
    this.item.name = 'Flow Language Server';
    this.starting();
  }

  starting() {
    this.show('Flow: starting', '', vscode.LanguageStatusSeverity.Information, true);
  }

  /** @param {string} detail the server's name and version, as it said them itself */
  running(detail) {
    this.show('Flow: running', detail, vscode.LanguageStatusSeverity.Information, false);
  }

  stopped() {
    this.show('Flow: stopped', '', vscode.LanguageStatusSeverity.Warning, false);
  }

  /** @param {string} problem */
  missing(problem) {
    this.show('Flow: no language server', problem, vscode.LanguageStatusSeverity.Error, false);
  }

  /**
   * @param {string} text
   * @param {string} detail
   * @param {vscode.LanguageStatusSeverity} severity
   * @param {boolean} busy
   */
  show(text, detail, severity, busy) {
    Object.assign(this.item, { text, detail, severity, busy });
    this.item.command = busy ? undefined : { command: 'flow.restartServer', title: 'Restart' };
  }

  dispose() {
    this.item.dispose();
  }
}

module.exports = { Status };
