import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** A whole block of code, fenced by the same mark at both ends, or code within a line. */
const CODE = /^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\2`*~* *$|`[^`\n]+`/gm
const LINK = /\]\(([^()\s]+)\)/g
const ELSEWHERE = /^[a-z]+:/
const HEADING = /^#{1,6} +(.*?) *#*$/gm

/**
 * The links of a Markdown file that lead to no file of the repository, or to no heading of a page. Addresses of the web
 * are not asked for.
 */
export function deadLinks(root: string, file: string): string[] {
  return linksOf(readFileSync(join(root, file), 'utf8')).filter((link) => {
    const [path = '', anchor] = link.split('#')
    const to = path === '' ? file : relative(root, join(root, dirname(file), path))
    if (to.startsWith('..') || !existsSync(join(root, to))) return true
    if (anchor === undefined) return false
    const isPage = to.endsWith('.md') && statSync(join(root, to)).isFile()
    return !isPage || !anchorsOf(readFileSync(join(root, to), 'utf8')).includes(anchor)
  })
}

/** The targets of a text's links within the repository. */
export function linksOf(markdown: string): string[] {
  const found = [...markdown.replaceAll(CODE, '').matchAll(LINK)].map(([, target = '']) => target)
  return found.filter((target) => !ELSEWHERE.test(target))
}

/** The anchors that GitHub gives the headings of a text. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>()
  // Code of a heading counts, so only blocks are left out.
  const text = markdown.replaceAll(CODE, (code) => (code.includes('\n') ? '' : code))
  return [...text.matchAll(HEADING)].map(([, heading = '']) => {
    const anchor = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-')
    const before = seen.get(anchor) ?? 0
    seen.set(anchor, before + 1)
    return before === 0 ? anchor : `${anchor}-${before}`
  })
}
