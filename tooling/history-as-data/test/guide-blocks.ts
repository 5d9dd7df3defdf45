import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const GUIDE: string = readFileSync(join(import.meta.dirname, '../../../docs/guides/history-as-data.md'), 'utf8')

/** The blocks of the guide with exactly this mark. */
export function blocksOf(mark: string): string[] {
  return [...GUIDE.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)]
    .filter(([, own]) => own === mark)
    .map(([, , text = '']) => text)
}
