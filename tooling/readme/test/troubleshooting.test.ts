import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../src/markdown-files.ts'

const page = readFileSync(join(root, 'docs', 'guides', 'troubleshooting.md'), 'utf8')
const [ours = ''] = page.split('\n## Of the tools')
const source = globSync('packages/*/src/**/*.ts', { cwd: root })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n')

const headings = [...ours.matchAll(/^### `(.*)`$/gm)].map(([, message = '']) => message)

describe('the page on trouble', () => {
  it.each(headings)('has the message of the code: %s', (message) => {
    for (const part of message.split('…').map((each) => each.trim())) expect(source).toContain(part)
  })

  it.each(['SchedulerErrorCode', 'StoreErrorCode'])('tells of each %s', (union) => {
    const [, members = ''] = new RegExp(`export type ${union} =((?:\\s*\\|\\s*'[A-Z_]+')+)`).exec(source) ?? []
    const codes = [...members.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => code)
    expect(codes.length).toBeGreaterThan(10)
    expect(codes.filter((code) => !ours.includes(`\`${code}\``))).toEqual([])
  })
})
