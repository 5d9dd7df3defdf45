import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const repository = join(import.meta.dirname, '..', '..', '..')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restricted-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Lints one planted module by the rules of this repository. */
async function lint(path: string, text: string): Promise<string> {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  const args = ['--config', join(repository, '.oxlintrc.json'), '--format', 'unix', path]
  return new Promise((resolve) => {
    const oxlint = join(repository, 'node_modules', '.bin', 'oxlint')
    execFile(oxlint, args, { cwd: folder }, (_, stdout, stderr) => resolve(stdout + stderr))
  })
}

it.each([
  ['no-restricted-globals', 'export const now = (): number => Date.now()\n'],
  ['no-restricted-globals', 'export const date = (): unknown => new Date()\n'],
  ['no-restricted-globals', 'export const wait = (fn: () => void): unknown => setTimeout(fn, 1)\n'],
  ['no-restricted-globals', 'export const repeat = (fn: () => void): unknown => setInterval(fn, 1)\n'],
  ['no-restricted-globals', 'export const yieldTo = (fn: () => void): unknown => setImmediate(fn)\n'],
  ['no-restricted-globals', 'export const time = (): number => performance.now()\n'],
  ['no-restricted-globals', 'export const id = (): string => crypto.randomUUID()\n'],
  ['no-restricted-properties', 'export const chance = (): number => Math.random()\n'],
  [
    'no-restricted-properties',
    'export const both = (a: AbortSignal, b: AbortSignal): AbortSignal => AbortSignal.any([a, b])\n',
  ],
  ['no-restricted-properties', 'export const time = (): unknown => process.hrtime()\n'],
  ['no-restricted-properties', 'export const signal = (): unknown => AbortSignal.timeout(5)\n'],
  ['no-restricted-imports', "export { setTimeout } from 'node:timers/promises'\n"],
  ['no-restricted-imports', "export { performance } from 'node:perf_hooks'\n"],
  ['no-restricted-imports', "import { randomUUID } from 'node:crypto'\nexport const id = (): string => randomUUID()\n"],
])('%s refuses: %s', async (rule, text) => {
  expect(await lint('packages/planted/src/planted.ts', text)).toContain(`${rule})`)
})

it('lets a hash pass, which is no chance', async () => {
  const text = "import { createHash } from 'node:crypto'\nexport const a = (): unknown => createHash('md5')\n"
  expect(await lint('packages/planted/src/hash.ts', text)).not.toContain('no-restricted')
})

it('lets the files of the system clock and of tests pass', async () => {
  const text = 'export const now = (): number => Date.now()\n'
  expect(await lint('packages/planted/src/system-clock.ts', text)).not.toContain('no-restricted')
  expect(await lint('packages/planted/src/planted.test.ts', text)).not.toContain('no-restricted')
})
