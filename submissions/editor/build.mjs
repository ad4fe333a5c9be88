// Bundles src/ into static/js/editor.js and gathers the licences of what went into it.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = fileURLToPath(new URL('../../static/js/', import.meta.url));

const result = await build({
  absWorkingDir: here,
  entryPoints: ['src/index.js'],
  outfile: join(out, 'editor.js'),
  bundle: true,
  minify: true,
  metafile: true,
  format: 'iife',
  globalName: 'NewsroomEditor',
  charset: 'utf8',
  // The browser floor of the site: Chromium 86 lives on in old desktop browsers.
  target: 'es2020',
  legalComments: 'none',
  banner: { js: '/*! ProseMirror and others, MIT; see editor.js.LICENSES.txt. Source: submissions/editor */' },
  logLevel: 'warning',
});

const packages = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (match) packages.add(match[1]);
}
const parts = [...packages].sort().map((name) => {
  const folder = join(here, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
});
writeFileSync(join(out, 'editor.js.LICENSES.txt'), parts.join(`\n${'-'.repeat(72)}\n\n`));
