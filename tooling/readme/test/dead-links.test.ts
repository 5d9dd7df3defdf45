import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { anchorsOf, deadLinks, linksOf } from '../src/dead-links.ts'
import { root, writtenMarkdown } from '../src/markdown-files.ts'

it('each link of a page leads to a file, and to a heading of it', () => {
  const dead = writtenMarkdown().flatMap((file) => deadLinks(root, file).map((link) => `${file}: ${link}`))
  expect(dead).toEqual([])
})

it('a link to no file, out of the repository or to no heading is found', () => {
  const folder = mkdtempSync(join(tmpdir(), 's3sched-links-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'docs'))
  writeFileSync(join(folder, 'README.md'), '# Three lines\n\n[a](docs/page.md#one-two) [b](#three-lines) [c](docs)\n')
  writeFileSync(
    join(folder, 'docs', 'page.md'),
    '# One `two`\n\n[a\nb](../README.md#two-lines), [c](gone.md), [d](../../out.md), [e](#one), [f](..#x)\n',
  )
  expect(deadLinks(folder, 'README.md')).toEqual([])
  expect(deadLinks(folder, 'docs/page.md')).toEqual([
    '../README.md#two-lines',
    'gone.md',
    '../../out.md',
    '#one',
    '..#x',
  ])
})

it('code has no links, and addresses of the web are left out', () => {
  const text = '`[a](b)` [c](https://example.org#d) [e](f.md)\n\n```js\n[g](h)\n```\n\n~~~\n[i](j)\n~~~\n[k](mailto:l)'
  expect(linksOf(text)).toEqual(['f.md'])
})

it('anchors are those of GitHub: small letters, without marks, numbered when they repeat', () => {
  const text =
    '# A Word, and `runDue()`\n\n## [Link](x.md) & more\n\n```sh\n# no heading\n```\n\n## Same\n\n### Same ##\n'
  expect(anchorsOf(text)).toEqual(['a-word-and-rundue', 'link--more', 'same', 'same-1'])
})
