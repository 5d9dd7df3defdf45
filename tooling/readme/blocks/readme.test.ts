import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeBlocks } from '../src/code-blocks.ts'
import { markdownFiles, packageReadmes, root } from '../src/markdown-files.ts'
import { runBlock } from '../src/run-block.ts'

const blocks = markdownFiles().flatMap((file) =>
  codeBlocks(readFileSync(join(root, file), 'utf8')).map((block) => ({ ...block, file })),
)

it.each(packageReadmes())('%s has an example that runs', (file) => {
  expect(blocks.filter((block) => block.file === file && block.noRun === undefined)).not.toEqual([])
})

/** pnpm gives a package only what it has installed by name. */
it.each(packageReadmes())('%s installs all packages that its examples import', (file) => {
  const installed = [...readFileSync(join(root, file), 'utf8').matchAll(/^npm install (.*)$/gm)].flatMap(
    ([, names = '']) => names.split(' '),
  )
  const imported = blocks
    .filter((block) => block.file === file && block.noRun === undefined)
    .flatMap(({ code }) => [...code.matchAll(/ from '(@s3sched\/[^/']+|s3sched)/g)].map(([, name]) => name))
  expect(installed).toEqual(expect.arrayContaining(imported))
})

/** In parallel, because many blocks wait for the next second of the clock. */
describe.concurrent('code blocks', () => {
  it.for(blocks.filter((block) => block.noRun === undefined))('$file, line $line, runs', async (block) => {
    const { ok, output } = await runBlock(block)
    expect(ok, `${block.file}:${block.line}\n${output}`).toBe(true)
  })

  it.for(blocks.filter((block) => block.noRun !== undefined))('$file, line $line, says why it is not run', (block) => {
    expect(block.noRun, `${block.file}:${block.line}: write 'no-run: REASON'`).not.toBe('')
  })
})
