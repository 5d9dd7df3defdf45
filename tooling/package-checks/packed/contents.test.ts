import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { publicPackages, readManifest } from '../src/public-packages.ts'
import { outputOf } from '../src/run-program.ts'

const { folder: consumer } = inject('consumer')

describe.each(publicPackages())('what is published of $name', ({ name }) => {
  const folder = join(consumer, 'node_modules', name)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })

  it('has a README and a licence', () => {
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE']))
  })

  it('has no tests', () => {
    expect(files.filter((file) => /\.test\.|^test\/|\.reports/.test(file))).toEqual([])
  })

  it('has maps of the code that lead to the sources', () => {
    const maps = files.filter((file) => file.endsWith('.map'))
    expect(maps.some((file) => file.endsWith('.js.map'))).toBe(true)
    for (const map of maps) {
      const { sources } = JSON.parse(readFileSync(join(folder, map), 'utf8')) as { sources: string[] }
      for (const source of sources) {
        expect(existsSync(resolve(dirname(join(folder, map)), source)), `${source} in ${map}`).toBe(true)
      }
    }
  })

  it('has each declaration once, for ES modules too', () => {
    const declared = files.filter((file) => file.endsWith('.d.ts'))
    const passedOn = declared.filter((file) => {
      return readFileSync(join(folder, file), 'utf8') === `export * from './${basename(file, '.d.ts')}.cjs'\n`
    })
    // Nest 12 consists of ES modules, and declarations of CommonJS can't import it.
    expect(passedOn).toEqual(name === '@s3sched/nestjs' ? [] : declared)
    expect(declared.length).toBeGreaterThan(0)
  })

  it('tells a registry what it is, where it is at home, and who made it', () => {
    const { author, bugs, homepage, keywords } = readManifest(folder)
    expect(new Set(keywords).size).toBeGreaterThan(3)
    expect(homepage).toBe(`https://github.com/s3sched/s3sched/tree/main/packages/${basename(name)}#readme`)
    expect(bugs).toEqual({ url: 'https://github.com/s3sched/s3sched/issues' })
    expect(author).toBe('the s3sched authors')
  })

  it('names no source, no workspace and no tool of the repository', () => {
    const manifest = readManifest(folder)
    expect(manifest.devDependencies).toBeUndefined()
    expect(JSON.stringify(manifest.exports)).not.toContain('source')
    expect(Object.values(manifest.dependencies ?? {}).filter((range) => /workspace|catalog/.test(range))).toEqual([])
  })
})

it('a stack trace names the line of the source', async () => {
  const script = `
    const { createScheduler } = await import('@s3sched/plugin')
    try {
      createScheduler({ prefix: 3 })
    } catch (error) {
      console.log(error.stack)
    }`
  const flags = ['--enable-source-maps', '--input-type=module', '-e', script]
  const places = [
    ...(await outputOf(process.execPath, flags, consumer)).matchAll(/at (?<who>\S+) \((?<file>\/.+\.ts):(?<line>\d+)/g),
  ]
  const called = places.map(({ groups }) => {
    const { file = '', line = '', who = '' } = groups ?? {}
    return { who, text: readFileSync(file, 'utf8').split('\n')[Number(line) - 1] }
  })
  expect(called).toContainEqual({ who: 'composeScheduler', text: expect.stringContaining('optionsIn(given, name') })
  expect(called).toContainEqual({ who: 'optionsIn', text: expect.stringContaining('resolveSchedulerOptions(given') })
})

/** Without the marks of a comment, line breaks and addresses. */
const plain = (text: string): string =>
  text
    .replaceAll(/^ \* ?|<[^>]*>/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim()

it.each([
  ['cron-parser', '@s3sched/cron', 'dist/cron-parser-library'],
  ['luxon', '@s3sched/cron', 'dist/cron-parser-library'],
  ['hyparquet', '@s3sched/history', 'dist/archive/parquet-library'],
  ['hyparquet-writer', '@s3sched/history', 'dist/archive/parquet-library'],
  ['yaml', '@s3sched/cli', 'dist/import/yaml-library'],
])('%s, which the build packs, is in %s with its licence, and is no dependency', (library, name, file) => {
  const places = publicPackages().map((each) => join(each.folder, 'node_modules', library))
  const place = places.find((each) => existsSync(each)) ?? ''
  const licence = readdirSync(place).find((each) => each.startsWith('LICENSE')) ?? ''
  const paragraphs = readFileSync(join(place, licence), 'utf8').split('\n\n').map(plain)
  expect(paragraphs.length).toBeGreaterThan(2)
  for (const extension of ['js', 'cjs']) {
    const text = plain(readFileSync(join(consumer, 'node_modules', name, `${file}.${extension}`), 'utf8'))
    for (const paragraph of paragraphs) expect(text).toContain(paragraph)
  }
  expect(readManifest(join(consumer, 'node_modules', name)).dependencies).not.toHaveProperty(library)
})
