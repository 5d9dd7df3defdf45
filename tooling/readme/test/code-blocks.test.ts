import { expect, it } from 'vitest'
import { codeBlocks } from '../src/code-blocks.ts'

const fenced = (info: string, code: string): string => `\`\`\`${info}\n${code}\n\`\`\`\n`

it('finds the blocks of both languages, with their lines', () => {
  const markdown = `# Title\n\n${fenced('js', 'a()')}\ntext\n${fenced('typescript', 'b()\n\nc()')}`
  expect(codeBlocks(markdown)).toEqual([
    { language: 'js', code: 'a()\n', line: 3, noRun: undefined },
    { language: 'ts', code: 'b()\n\nc()\n', line: 8, noRun: undefined },
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
    "line 1: expected 'js' or 'js no-run: REASON', got 'js norun: typo'",
  )
})

it('refuses a block that is not closed', () => {
  expect(() => codeBlocks('text\n```js\na()\n')).toThrow('line 2: the code block is not closed')
})
