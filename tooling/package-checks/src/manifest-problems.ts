import type { Manifest } from './public-packages.ts'

/** The conditions of a published entry point: Node.js takes the first that it knows, so their order counts. */
function published(path: string): unknown {
  return {
    'module-sync': `${path}.js`,
    require: { types: `${path}.d.cts`, default: `${path}.cjs` },
    types: `${path}.d.ts`,
    default: `${path}.js`,
  }
}

/**
 * The problems of the manifest of a public package, as its users would meet them: an entry point that a CommonJS project
 * or an older compiler can't load, a build without CommonJS, and a package that a registry can't describe.
 *
 * @param directory - the name of the package's folder under `packages/`
 */
export function manifestProblems(manifest: Manifest, directory: string): string[] {
  const problems: string[] = []
  const expect = (what: string, found: unknown, expected: unknown): void => {
    const [got, wanted] = [found, expected].map((each) => JSON.stringify(each))
    if (got !== wanted) problems.push(`${what}: expected ${wanted}, got ${got}`)
  }
  const { exports: inside = {}, publishConfig: { access, exports = {} } = {}, scripts = {} } = manifest
  const names = Object.keys(exports).filter((name) => name !== './package.json')
  if (!names.includes('.')) problems.push("publishConfig.exports: expected the entry point '.'")
  for (const name of names) {
    const source = (inside[name] as { readonly '@s3sched/source'?: string } | undefined)?.['@s3sched/source'] ?? ''
    const path = source.replace(/^\.\/src\/(.*)\.ts$/, './dist/$1')
    expect(`publishConfig.exports['${name}']`, exports[name], published(path))
    const entry = source.slice(2)
    if (!scripts['build']?.split(' ').some((word) => word === entry || isGlobOf(word, entry))) {
      problems.push(`scripts.build: expected ${entry} among the entries`)
    }
    if (name !== '.') {
      const types = manifest.typesVersions?.['*']?.[name.slice(2)]
      expect(`typesVersions['*']['${name.slice(2)}']`, types, [`${path}.d.ts`])
    }
  }
  if (!/node \.\.\/\.\.\/tooling\/tsup\/add-commonjs\.mjs( --declarations-twice)?$/.test(scripts['build'] ?? '')) {
    problems.push('scripts.build: expected add-commonjs.mjs at the end')
  }
  for (const [name, target] of Object.entries(manifest.imports ?? {})) {
    if (!('require' in target)) problems.push(`imports['${name}']: expected a condition 'require'`)
  }
  expect('main', manifest.main, './dist/index.js')
  expect('types', manifest.types, './dist/index.d.ts')
  expect('publishConfig.access', access, 'public')
  expect('type', manifest.type, 'module')
  expect('license', manifest.license, 'MIT')
  expect('author', manifest.author, 'the s3sched authors')
  expect('bugs', manifest.bugs, { url: 'https://github.com/s3sched/s3sched/issues' })
  expect('homepage', manifest.homepage, `https://github.com/s3sched/s3sched/tree/main/packages/${directory}#readme`)
  expect('repository.directory', manifest.repository?.directory, `packages/${directory}`)
  if (new Set(manifest.keywords).size < 4) problems.push('keywords: expected at least 4')
  if ((manifest.description ?? '').length < 10) problems.push('description: expected a sentence')
  for (const field of ['dependencies', 'peerDependencies'] as const) {
    const own = Object.keys(manifest[field] ?? {}).filter((name) => name.startsWith('@s3sched-tooling/'))
    if (own.length > 0) problems.push(`${field}: expected no private package, got ${own.join(', ')}`)
  }
  return problems
}

function isGlobOf(word: string, path: string): boolean {
  return word === 'src/*/index.ts' && /^src\/[^/]+\/index\.ts$/.test(path)
}
