import { expect, it } from 'vitest'
import { codeBlocks } from '../src/code-blocks.ts'

const fenced = (info: string, code: string): string => `\`\`\`${info}\n${code}\n\`\`\`\n`

const plain = { noRun: undefined, until: undefined, printed: [], beside: [] }

it('finds the blocks of both languages, with their lines', () => {
  const markdown = `# Title\n\n${fenced('js', 'a()')}\ntext\n${fenced('typescript', 'b()\n\nc()')}`
  expect(codeBlocks(markdown)).toEqual([
    { language: 'js', code: 'a()\n', line: 3, ...plain },
    { language: 'ts', code: 'b()\n\nc()\n', line: 8, ...plain },
  ])
})

it('leaves other languages alone', () => {
  expect(codeBlocks(fenced('sh', 'npm test') + fenced('', 'plain') + fenced('json', '{}'))).toEqual([])
})

it('takes a longer fence with blocks inside for one block of another language', () => {
  expect(codeBlocks(`\`\`\`\`md\n${fenced('js', 'a()')}\`\`\`\`\n`)).toEqual([])
})

it('takes the reason of a block that is not to be run', () => {
  const [block] = codeBlocks(fenced('js no-run: needs a bucket of yours', 'a()'))
  expect(block?.noRun).toBe('needs a bucket of yours')
})

it('sees that the reason is missing', () => {
  expect(codeBlocks(fenced('js no-run', 'a()'))[0]?.noRun).toBe('')
})

it('refuses any other mark, which would run a block unseen or skip it unseen', () => {
  expect(() => codeBlocks(fenced('js norun: typo', 'a()'))).toThrow(
    "line 1: expected 'js', 'js file: PATH', 'js no-run: REASON' or 'js until: TEXT', got 'js norun: typo'",
  )
})

it('refuses a block that is not closed', () => {
  expect(() => codeBlocks('text\n```js\na()\n')).toThrow('line 2: the code block is not closed')
})

it('takes what ends a block that runs for ever, and what a block prints', () => {
  const markdown = `${fenced('js until: tick 2', 'a()')}\nIt prints:\n\n${fenced('text printed', 'tick 1\n\ntick 2')}`
  expect(codeBlocks(markdown)).toMatchObject([{ until: 'tick 2', printed: ['tick 1', 'tick 2'] }])
})

it('refuses an output that belongs to no block', () => {
  expect(() => codeBlocks(fenced('text printed', 'tick'))).toThrow('line 1: expected a block that is run above')
})

it('lays a block that names a file beside the blocks below, and does not run it', () => {
  const [above, file, below] = codeBlocks(
    fenced('js', 'a()') + fenced('js file: jobs/b.js', 'b()') + fenced('js', 'c()'),
  )
  expect([above?.beside, file?.beside, below?.beside]).toEqual([[], [], [{ path: 'jobs/b.js', code: 'b()\n' }]])
  expect(file?.noRun).toBe('a file of the blocks below')
})
