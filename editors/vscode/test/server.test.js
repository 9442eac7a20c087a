// The search for the language server, with surroundings made up for each case.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { findServer } = require('../src/server');

/** @param {Partial<import('../src/server').Surroundings> & { programs?: string[] }} at */
function search({ programs = [], ...at }) {
  return findServer({
    setting: '',
    env: {},
    platform: 'linux',
    home: '/home/ada',
    folder: undefined,
    isProgram: (file) => programs.includes(file),
    ...at,
  });
}

test('the setting wins over PATH', () => {
  const programs = ['/opt/flow-lsp', '/usr/bin/flow-lsp'];
  assert.deepEqual(search({ setting: ' /opt/flow-lsp ', env: { PATH: '/usr/bin' }, programs }), { found: '/opt/flow-lsp' });
});

test('the setting may speak of the home folder and of the workspace', () => {
  const programs = ['/home/ada/bin/flow-lsp', '/src/tide/bin/flow-lsp'];
  assert.deepEqual(search({ setting: '~/bin/flow-lsp', programs }), { found: '/home/ada/bin/flow-lsp' });
  assert.deepEqual(search({ setting: '${workspaceFolder}/bin/flow-lsp', folder: '/src/tide', programs }), {
    found: '/src/tide/bin/flow-lsp',
  });
});

test('a setting that names nothing is a problem, even when PATH has a server', () => {
  const { problem } = search({ setting: '/opt/flow-lsp', env: { PATH: '/usr/bin' }, programs: ['/usr/bin/flow-lsp'] });
  assert.equal(problem, 'the setting `flow.server.path` names `/opt/flow-lsp`, which is not a program');
});

test('a relative setting is refused: nobody can tell what it is relative to', () => {
  const { problem } = search({ setting: 'bin/flow-lsp', programs: ['bin/flow-lsp'] });
  assert.equal(problem, 'the setting `flow.server.path` is `bin/flow-lsp`, which is not an absolute path');
});

test('the first server on PATH is taken', () => {
  const programs = ['/b/flow-lsp', '/c/flow-lsp'];
  assert.deepEqual(search({ env: { PATH: '/a:/b:/c' }, programs }), { found: '/b/flow-lsp' });
});

test('a relative folder on PATH is passed over, so an opened project cannot slip in its own server', () => {
  const { problem } = search({ env: { PATH: '.:bin:' }, programs: ['flow-lsp', 'bin/flow-lsp', './flow-lsp'] });
  assert.match(problem, /is not on `PATH`/);
});

test("cargo's folder is looked at last", () => {
  const programs = ['/home/ada/.cargo/bin/flow-lsp', '/usr/bin/flow-lsp'];
  assert.deepEqual(search({ programs }), { found: '/home/ada/.cargo/bin/flow-lsp' });
  assert.deepEqual(search({ env: { PATH: '/usr/bin' }, programs }), { found: '/usr/bin/flow-lsp' });
  assert.deepEqual(search({ env: { CARGO_HOME: '/cargo' }, programs: ['/cargo/bin/flow-lsp'] }), {
    found: '/cargo/bin/flow-lsp',
  });
});

test('on Windows the program has an extension and PATH another separator', () => {
  const at = { platform: 'win32', home: 'C:\\Users\\ada', env: { Path: 'C:\\a;D:\\b' }, programs: ['D:\\b\\flow-lsp.exe'] };
  assert.deepEqual(search(at), { found: 'D:\\b\\flow-lsp.exe' });
});

test('a server that is nowhere is a problem that says where it was looked for', () => {
  assert.deepEqual(search({ env: { PATH: '/usr/bin' } }), {
    problem: 'the language server `flow-lsp` is not on `PATH` and not in `/home/ada/.cargo/bin`',
  });
});
