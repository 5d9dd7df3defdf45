import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestProblems } from '../src/manifest-problems.ts'
import { publicPackages, readManifest } from '../src/public-packages.ts'

describe('a manifest', () => {
  it.each(publicPackages())('of $name serves ES modules and CommonJS, each with types', ({ folder }) => {
    expect(manifestProblems(readManifest(folder), basename(folder))).toEqual([])
  })

  const [lock] = publicPackages().filter(({ name }) => name === '@s3sched/lock')
  const good = readManifest(lock?.folder ?? '')
  const { publishConfig: { exports: entries = {} } = {} } = good
  const esModulesAlone = { types: './dist/index.d.ts', default: './dist/index.js' }

  it.each([
    [
      'an entry point without CommonJS',
      { publishConfig: { access: 'public', exports: { ...entries, '.': esModulesAlone } } },
      /^publishConfig\.exports\['\.'\]: expected .*"require".*, got/,
    ],
    ['an entry point that is not built', { scripts: { build: 'tsup' } }, /^scripts\.build: expected src\/index\.ts/],
    ['a build without CommonJS', { scripts: { build: 'tsup src/index.ts' } }, /expected add-commonjs\.mjs at the end/],
    ['an entry point without types for an old compiler', { typesVersions: {} }, /^typesVersions\['\*'\]\['testing'\]/],
    ['no entry points', { publishConfig: {} }, /expected the entry point '\.'/],
    ['an import of its own without CommonJS', { imports: { '#a': { default: './a.js' } } }, /^imports\['#a'\]/],
    ['few keywords', { keywords: ['lock'] }, /^keywords/],
    ['another author', { author: 'me' }, /^author: expected "the s3sched authors", got "me"/],
    ['no place for bugs', { bugs: undefined }, /^bugs/],
    ['a private dependency', { dependencies: { '@s3sched-tooling/minio': '*' } }, /^dependencies: expected no private/],
  ])('is refused with %s', (_, change, problem) => {
    expect(manifestProblems({ ...good, ...change }, 'lock')).toContainEqual(expect.stringMatching(problem))
  })
})
