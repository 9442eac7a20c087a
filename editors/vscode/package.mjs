// Builds the extension's package: `npm run package` leaves `flow-<version>.vsix` here, or at the path given as the argument.
// The grammar and the licences have one home each, elsewhere in the repository: they are copied in, never kept twice.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { createVSIX } from '@vscode/vsce';

const here = path.dirname(fileURLToPath(import.meta.url));
const repository = path.resolve(process.env.FLOW_REPOSITORY ?? path.join(here, '..', '..'));
const { version } = JSON.parse(readFileSync(path.join(here, 'package.json'), 'utf8'));
const target = path.resolve(process.argv[2] ?? path.join(here, `flow-${version}.vsix`));

rmSync(path.join(here, 'dist'), { recursive: true, force: true });
mkdirSync(path.join(here, 'syntaxes'), { recursive: true });
cpSync(path.join(repository, 'grammar/textmate/flow.tmLanguage.json'), path.join(here, 'syntaxes/flow.tmLanguage.json'));
const licences = ['LICENSE-MIT', 'LICENSE-APACHE'].map((name) => readFileSync(path.join(repository, name), 'utf8'));
writeFileSync(path.join(here, 'LICENSE.txt'), `Flow is licensed under MIT OR Apache-2.0, at your option.\n\n${licences.join('\n\n')}`);

await build({
  absWorkingDir: here,
  entryPoints: ['src/extension.js'],
  outfile: 'dist/extension.js',
  bundle: true,
  external: ['vscode'],
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  legalComments: 'linked',
});
await createVSIX({ cwd: here, packagePath: target, dependencies: false, useYarn: false });
