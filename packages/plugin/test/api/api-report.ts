import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** `export { a, type B } from './file.ts'` */
const REEXPORT = /^export (?:type )?\{([^}]*)\} from '([^']+)';$/gm
const COMMENT = /^\s*\/\*\*[\s\S]*?\*\/\n/gm

/**
 * The names available to users of an entry point: each export with its declaration, without comments, sorted by name.
 * @param entry - the entry's `.d.ts`, which contains only named re-exports
 * @param rooms - a folder with the declarations of other packages, each in the folder `src` of its name; their
 * re-exports are followed
 */
export function apiReport(entry: string, rooms?: string): string {
  const sorted = exportsOf(entry).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([name, from]) => declarationOf(name, from, dirname(entry), rooms)).join('\n')
}

function exportsOf(entry: string): (readonly [name: string, from: string])[] {
  return [...readFileSync(entry, 'utf8').matchAll(REEXPORT)].flatMap(([, names = '', from = '']) =>
    names
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== '')
      .map((name) => [name, from] as const),
  )
}

function declarationOf(name: string, from: string, folder: string, rooms: string | undefined): string {
  if (!from.startsWith('.')) {
    const [, room = '', ...path] = from.split('/')
    const entry = join(rooms ?? folder, room, 'src', ...path, 'index.d.ts')
    const found = existsSync(entry) ? exportsOf(entry).find(([exported]) => exported === name) : undefined
    return found === undefined ? `${name} is that of '${from}'\n` : declarationOf(name, found[1], dirname(entry), rooms)
  }
  const text = readFileSync(join(folder, from.replace(/\.ts$/, '.d.ts')), 'utf8').replace(COMMENT, '')
  const lines = text.split('\n')
  const isStart = new RegExp(`^export (?:declare )?(?:abstract )?(?:class|interface|type|function|const) ${name}\\b`)
  const declared: string[] = []
  // Overloads are several statements; a statement goes on until a line that begins at the margin with a word.
  for (let index = 0; index < lines.length; index++) {
    if (!isStart.test(lines[index] ?? '')) continue
    declared.push(lines[index] ?? '')
    while (/^[\s{}|&)]/.test(lines[index + 1] ?? '')) declared.push(lines[++index] ?? '')
  }
  if (declared.length === 0) throw new Error(`no declaration of '${name}' was found in ${from}`)
  return `${declared.join('\n').trimEnd()}\n`
}
