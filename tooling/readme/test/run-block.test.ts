import { expect, it } from 'vitest'
import { runBlock, type BlockRun } from '../src/run-block.ts'

const run = (code: string, language: 'js' | 'ts' = 'js', timeoutMs?: number): Promise<BlockRun> =>
  runBlock({ language, code, line: 1, noRun: undefined }, timeoutMs)

it('runs a module to its end', async () => {
  expect(await run("console.log(await Promise.resolve('done'))")).toEqual({ ok: true, output: 'done\n' })
})

it('runs TypeScript', async () => {
  expect(await run('const answer: number = 42\nconsole.log(answer)', 'ts')).toEqual({ ok: true, output: '42\n' })
})

it('gives it an empty folder', async () => {
  const { output } = await run("import { readdirSync } from 'node:fs'\nconsole.log(readdirSync('.').join())")
  expect(output).toBe('block.js\n')
})

it('fails when the module throws', async () => {
  const { ok, output } = await run("throw new Error('planted')")
  expect(ok).toBe(false)
  expect(output).toContain('Error: planted')
})

it('fails when the module does not end, and says so', async () => {
  const { ok, output } = await run('setInterval(() => {}, 1000)', 'js', 300)
  expect(ok).toBe(false)
  expect(output).toContain('it did not end within 0.3 s')
})
