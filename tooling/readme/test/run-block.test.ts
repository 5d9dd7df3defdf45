import { expect, it } from 'vitest'
import { runBlock, type BlockRun } from '../src/run-block.ts'

const plain = { noRun: undefined, until: undefined, printed: [], beside: [] }

const run = (code: string, language: 'js' | 'ts' = 'js', timeoutMs?: number): Promise<BlockRun> =>
  runBlock({ language, code, line: 1, ...plain }, timeoutMs)

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

const FOREVER = "let n = 0\nsetInterval(() => console.log('tick', ++n), 20)"

it('ends a module that runs for ever by Ctrl-C, once it has printed what it is there for', async () => {
  const block = {
    ...plain,
    language: 'js',
    code: FOREVER,
    line: 1,
    until: 'tick 2',
    printed: ['tick 8', 'tick 9'],
  } as const
  expect(await runBlock(block)).toMatchObject({ ok: true })
})

it('fails when the module does not print what stands below it', async () => {
  const block = {
    ...plain,
    language: 'js',
    code: "console.log('tick 1')",
    line: 1,
    printed: ['tick 7', 'tick 8'],
  } as const
  expect(await runBlock(block)).toMatchObject({ ok: false, output: expect.stringContaining("'tick 8'") as string })
})

it('fails when Ctrl-C does not end it', async () => {
  const code = `process.on('SIGINT', () => {})\n${FOREVER}`
  const { ok, output } = await runBlock({ ...plain, language: 'js', code, line: 1, until: 'tick 2' }, 1000)
  expect(ok).toBe(false)
  expect(output).toContain('it did not end within 1 s')
})

it('finds the files of its page in its folder', async () => {
  const beside = [{ path: 'jobs/b.js', code: 'export default 42' }]
  const code = "import answer from './jobs/b.js'\nconsole.log(answer)"
  expect(await runBlock({ ...plain, language: 'js', code, line: 1, beside })).toEqual({ ok: true, output: '42\n' })
})
