// What a person does in Visual Studio Code with a `.flow` file, done in the real editor, in a real browser.
// Everything it needs is in the environment; see `vscode.rs`, which starts it.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { startServer } from './server.mjs';
import { Workbench } from './workbench.mjs';

const given = (name) => process.env[name] ?? assert.fail(`the environment lacks ${name}`);
const WORKSPACE = given('FLOW_WORKSPACE');
const LSP = given('FLOW_LSP');
const SHOTS = given('FLOW_SCREENSHOTS');
const { chromium } = createRequire(import.meta.url)(given('FLOW_PLAYWRIGHT'));

const began = Date.now();
const step = (what) => console.log(`${String(Date.now() - began).padStart(6)} ms  ${what}`);
setTimeout(() => {
  console.error('the editor test has not ended within five minutes');
  process.exit(1);
}, 300_000).unref();

mkdirSync(SHOTS, { recursive: true });
rmSync(path.join(SHOTS, 'failure.png'), { force: true });
const server = await startServer({
  entry: given('FLOW_CODE_SERVER'),
  vsix: given('FLOW_VSIX'),
  path: `${path.dirname(LSP)}${path.delimiter}${process.env.PATH}`,
});
step('the extension is installed and the editor runs');

let browser;
let bench;
try {
  browser = await chromium.launch({
    executablePath: given('FLOW_CHROMIUM'),
    headless: true,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  // The test needs no network: whatever the page asks of the outside is refused.
  await page.route('**/*', (route) => {
    const { protocol, hostname } = new URL(route.request().url());
    return /^https?:$/.test(protocol) && hostname !== '127.0.0.1' ? route.abort() : route.continue();
  });
  bench = new Workbench(page, SHOTS);
  await bench.open(server.port, WORKSPACE, 'notes.flow');
  await looksLikeFlow();
  await helpsWithTyping();
  await showsAMistakeAsItIsTyped();
  await acceptsACompletion();
  await forgetsAMendedMistake();
  await tellsATypeOnHover();
  await formatsTheDocument();
  await saysWhenThereIsNoServer();
  await startsAgainOnceThereIsOne();
  step('done');
} catch (error) {
  await bench?.screenshot('failure').catch(() => {});
  console.error(server.log());
  throw error;
} finally {
  await browser?.close().catch(() => {});
  await server.stop();
}

async function looksLikeFlow() {
  await bench.languageMode('Flow');
  step('the language mode is Flow');
  await bench.page.waitForFunction(
    () => new Set([...document.querySelectorAll('.view-line span > span')].map((span) => span.className)).size >= 6);
  const roles = {
    comment: await bench.colourOf('///', 'What changed in'),
    keyword: await bench.colourOf('type', 'type Changelog'),
    type: await bench.colourOf('Changelog', 'type Changelog'),
    function: await bench.colourOf('recent_commits', 'command recent_commits'),
    number: await bench.colourOf('20', 'command recent_commits'),
    string: await bench.colourOf('--format=%s', '--format=%s'),
    parameter: await bench.colourOf('count', 'command recent_commits'),
    control: await bench.colourOf('match', 'match verdict'),
  };
  console.log(JSON.stringify(roles, null, 1));
  for (const colour of Object.values(roles)) assert.match(colour, /^rgb/);
  assert.equal(new Set(Object.values(roles)).size, Object.keys(roles).length, 'each role has a colour of its own');
  const inside = await bench.colourOf('count', '"git", "log"');
  assert.equal(inside, roles.parameter, 'inside `${…}` a name is drawn as a name, not as text');
  await bench.noSquiggle();
  await bench.screenshot('1-colours');
  step('each role has its colour');
  console.log(await bench.languageStatus('Flow: running'));
  step('the status item says that the server runs');
}

async function helpsWithTyping() {
  await bench.toEndOf('Revise(reason) => fail');
  await bench.press('Control+End');
  await bench.type('/// Greets');
  await bench.press('Enter');
  await bench.type('everybody.');
  await bench.lineReads('/// everybody.');
  await bench.press('Enter', 'Shift+Home', 'Delete');
  await bench.type('agent greeter(name: string) -> string {');
  await bench.press('Enter');
  await bench.type('prompt: """');
  await bench.press('Enter');
  await bench.type('Say hello to ${name');
  await bench.lineReads('Say hello to ${name}"""');
  await bench.press('ArrowRight', 'Enter');
  await bench.lineReads('"""');
  await bench.screenshot('2-typing');
  assert.deepEqual((await bench.lines()).slice(-6), [
    '/// everybody.',
    'agent greeter(name: string) -> string {',
    '  prompt: """',
    '    Say hello to ${name}',
    '    """',
    '}',
  ]);
  await bench.command('File: Revert File');
  await bench.noSquiggle();
  step('quotes, braces, indentation and documentation are gone on with');
}

async function showsAMistakeAsItIsTyped() {
  await bench.toEndOf('let subjects = recent_commits');
  await bench.press('Enter');
  await bench.type('let wrong = recent_comits(count: 3)');
  await bench.underlines('recent_comits');
  await bench.screenshot('3-squiggle');
  step('the mistake is underlined');
  const hover = await bench.hover('recent_comits', 'let wrong', /E\d{4}/);
  console.log(hover);
  assert.match(hover, /recent_comits/);
  assert.match(hover, /recent_commits/, 'the message names the nearest name');
  await bench.screenshot('4-message');
  await bench.press('Escape');
  await bench.command('View: Focus Problems');
  const row = await bench.problem('recent_comits');
  console.log(row);
  assert.match(row, /E\d{4}/, 'the row has the code');
  await bench.screenshot('5-problems');
  await bench.command('View: Hide Panel');
  step('the mistake is told in words, over the name and in the Problems view');
}

async function acceptsACompletion() {
  await bench.toEndOf('let wrong = recent_comits');
  await bench.press('Enter');
  await bench.type('let again = rec');
  await bench.completion('recent_commits');
  await bench.screenshot('6-completion');
  step('the completion is offered');
  await bench.press('Enter');
  await bench.page.waitForFunction(() => [...document.querySelectorAll('.monaco-editor .view-line')].some(
    (line) => line.textContent.replace(/\u00a0/g, ' ').includes('let again = recent_commits')));
  await bench.press('Escape');
  await bench.screenshot('7-accepted');
  step('the completion is accepted');
}

async function forgetsAMendedMistake() {
  await bench.command('Delete Line');
  await bench.toEndOf('let wrong');
  for (let left = 'recent_comits(count: 3)'.length; left > 0; left--) await bench.press('Backspace');
  await bench.type('recent_commits(count: 3)');
  await bench.lineReads('let wrong = recent_commits(count: 3)');
  await bench.noSquiggle();
  await bench.screenshot('8-mended');
  step('the squiggle is gone with the mistake');
}

async function tellsATypeOnHover() {
  const hover = await bench.hover('recent_commits', 'let wrong', 'The subject lines of the last commits');
  console.log(hover);
  assert.match(hover, /command recent_commits\(count: int.*\) -> \[string\]/);
  await bench.screenshot('9-hover');
  await bench.press('Escape');
  step('the hover tells the signature and the documentation');
}

async function formatsTheDocument() {
  await bench.toEndOf('let wrong');
  await bench.type('\nlet  messy=[ 1,2 ]');
  await bench.command('Format Document');
  await bench.lineReads('let messy = [1, 2]');
  await bench.screenshot('10-formatted');
  step('the document is formatted');
  await bench.toEndOf('let messy');
  await bench.command('Delete Line');
}

async function saysWhenThereIsNoServer() {
  setting('/nowhere/flow-lsp');
  const { text, buttons } = await bench.notification('flow.server.path');
  console.log(text);
  assert.match(text, /names `\/nowhere\/flow-lsp`, which is not a program/);
  assert.deepEqual(buttons.slice(0, 3), ['How to Install', 'Open Settings', 'Show Output']);
  console.log(await bench.languageStatus('Flow: no language server'));
  await bench.screenshot('11-no-server');
  step('a server that is not there is told, with what to do');
}

async function startsAgainOnceThereIsOne() {
  setting(LSP);
  await bench.toEndOf('let wrong');
  await bench.type(' + nonsense');
  await bench.squiggle();
  await bench.screenshot('12-again');
  await bench.command('Flow: Restart the Language Server');
  await bench.noSquiggle();
  await bench.squiggle();
  step('the server starts again, by the setting and by the command');
}

/** Writes the setting where a project would: the editor sees the file change. */
function setting(program) {
  mkdirSync(path.join(WORKSPACE, '.vscode'), { recursive: true });
  writeFileSync(path.join(WORKSPACE, '.vscode/settings.json'), JSON.stringify({ 'flow.server.path': program }));
}
