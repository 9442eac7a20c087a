// Finds the language server. No part of the editor is used here, so that plain Node can test it.
// @ts-check
'use strict';

const path = require('node:path');

/**
 * What the search looks at. `isProgram` says whether a path is a file that can be started.
 *
 * @typedef {object} Surroundings
 * @property {string} setting the value of `flow.server.path`, empty when it is not set
 * @property {Record<string, string | undefined>} env
 * @property {NodeJS.Platform} platform
 * @property {string} home
 * @property {string | undefined} folder the first folder of the workspace
 * @property {(file: string) => boolean} isProgram
 */

/**
 * @typedef {{ found: string } | { problem: string }} Search
 */

/**
 * The server to start: the one that the setting names, else the first on `PATH`, else the one that cargo installed
 * (an editor started from a desktop often lacks cargo's folder on its `PATH`).
 *
 * @param {Surroundings} at
 * @returns {Search}
 */
function findServer(at) {
  const { join, isAbsolute, delimiter } = at.platform === 'win32' ? path.win32 : path.posix;
  const names = at.platform === 'win32' ? ['flow-lsp.exe'] : ['flow-lsp'];

  const setting = at.setting.trim();
  if (setting !== '') {
    const named = expand(setting, at);
    if (!isAbsolute(named)) {
      return { problem: `the setting \`flow.server.path\` is \`${setting}\`, which is not an absolute path` };
    }
    return at.isProgram(named)
      ? { found: named }
      : { problem: `the setting \`flow.server.path\` names \`${named}\`, which is not a program` };
  }

  const onPath = (at.env.PATH ?? at.env.Path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const cargo = join(at.env.CARGO_HOME || join(at.home, '.cargo'), 'bin');
  for (const folder of [...onPath, cargo]) {
    for (const name of names) {
      const file = join(folder, name);
      if (at.isProgram(file)) return { found: file };
    }
  }
  return { problem: `the language server \`flow-lsp\` is not on \`PATH\` and not in \`${cargo}\`` };
}

/**
 * @param {string} setting
 * @param {Surroundings} at
 */
function expand(setting, at) {
  const whole = at.folder === undefined ? setting : setting.replaceAll('${workspaceFolder}', at.folder);
  return whole === '~' || whole.startsWith('~/') || whole.startsWith('~\\') ? at.home + whole.slice(1) : whole;
}

module.exports = { findServer };
