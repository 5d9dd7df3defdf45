import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
const readme = read('README.md')
const manifest = JSON.parse(read('package.json')) as { readonly exports: object }
const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json')

it.each(entries)('the page of the target in %s says where its engine does not deduplicate', (entry) => {
  const from = `@s3sched/targets${entry.slice(1)}`
  const [, anchor] = new RegExp(`\\(#([\\w-]+)\\) \\| \`${from}\` \\|`).exec(readme) ?? []
  const sections = readme.split(/^## /m).slice(1)
  const section = sections.find((text) => anchorOf(text) === anchor)
  expect(section, `a section #${anchor}`).toContain('**Where it does not deduplicate:**')
})

/** As the pages are shown: lower case, without signs, and with hyphens for spaces. */
function anchorOf(section: string): string {
  const [title = ''] = section.split('\n')
  return title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(/\s/g, '-')
}
