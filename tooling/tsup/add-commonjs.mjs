// Adds the CommonJS of a package to its finished build: `node ../../tooling/tsup/add-commonjs.mjs` in the package's folder.
//
// Jest, the module kinds `node16` to `node18` of TypeScript, and Node.js before 22.12 refuse to `require` an ES module.
// So the manifest names a `.cjs` file with a `.d.cts` file under the condition `require`, and this program writes them,
// with everything that these files import of their own package. Each is a translation of the `.js` or `.d.ts` file of
// the same name, so the tree of files is the same in both kinds of modules. Newer versions of Node.js follow the
// condition `module-sync` before `require`: one process then has one copy of a package, however the package is loaded.
//
// Declarations stand in the `.d.cts` files alone. The `.d.ts` file of an entry point passes them on: an ES module may
// import CommonJS under every kind of modules, and CommonJS may not import ES modules. A package whose declarations import
// a package that may be an ES module keeps both kinds, by the option `--declarations-twice`.
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { transform } from 'esbuild'

/** A path within the package, as a string of an import, an export or an `import()`, but not in an example of a comment. */
const OWN = /(?<!^\s*\*.*)(?<before>\b(?:from|import)\s*\(?\s*)(?<quote>['"])(?<path>\.{1,2}\/[^'"]+)\.[jt]s\k<quote>/gm

/** The `import()` of a package or of a file of our own, by its name. */
const LATE = /\bimport\((?<name>(['"])[^'"]+\2)\)/g

/**
 * An `import()` becomes a late `require`, since Jest refuses the former without a flag of Node.js. The `try` tells
 * bundlers that a failure is handled, so that an optional peer that is not installed does not stop them.
 */
const LATE_REQUIRE = `Promise.resolve().then(() => { try { return require($<name>) } catch (error) { throw error } })`

const { imports = {}, publishConfig } = JSON.parse(readFileSync('package.json', 'utf8'))
const entries = [publishConfig.exports, imports].flatMap((map) => Object.values(map)).map(({ require }) => require)
const waiting = entries.flatMap((entry) => (typeof entry === 'object' ? Object.values(entry) : (entry ?? [])))

const done = new Set()
for (const file of waiting) await translate(file)
const isTwice = process.argv.includes('--declarations-twice')
for (const file of globSync('dist/**/*.d.ts')) {
  const translated = `./${file.replace(/ts$/, 'cts')}`
  // The compiler writes the declarations of all sources. Nobody can import those that no entry point leads to.
  if (!(isTwice ? [...done] : waiting).includes(translated)) rmSync(file)
  else if (!isTwice) writeFileSync(file, `export * from './${basename(file, '.d.ts')}.cjs'\n`)
}

/** @param {string} file to write: `….cjs` or `….d.cts` */
async function translate(file) {
  if (done.has(file)) return
  done.add(file)
  const isCode = file.endsWith('.cjs')
  const original = readFileSync(file.replace(/cjs$/, 'js').replace(/cts$/, 'ts'), 'utf8')
  const text = original.replace(/^\/\/# sourceMappingURL=.*$/gm, '')
  for (const { groups } of text.matchAll(OWN)) {
    await translate(`./${join(dirname(file), `${groups.path}${isCode ? '.cjs' : '.d.cts'}`)}`)
  }
  const moved = text.replace(OWN, '$<before>$<quote>$<path>.cjs$<quote>')
  writeFileSync(file, isCode ? await toCommonJs(moved, file) : moved)
}

/**
 * @param {string} code
 * @param {string} sourcefile
 */
async function toCommonJs(code, sourcefile) {
  const url = code.includes('import.meta.url')
  const banner = `const moduleUrl = require('node:url').pathToFileURL(__filename).href`
  const translated = await transform(code.replace(LATE, LATE_REQUIRE), {
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    // The default import of a CommonJS package is its `module.exports`, as in the translated ES module.
    sourcefile: sourcefile.replace(/cjs$/, 'mjs'),
    ...(url ? { banner, define: { 'import.meta.url': 'moduleUrl' } } : {}),
  })
  return translated.code
}
