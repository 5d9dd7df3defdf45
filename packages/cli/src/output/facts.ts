import type { Invocation } from '../invocation.ts'
import { plainText } from './plain-text.ts'

/** A title and its text; `undefined` for a fact that does not apply. */
export type Fact = readonly [title: string, text: string] | undefined

/** Lines of titles and texts, the texts below one another. */
export function factLines({ styles }: Invocation, facts: readonly Fact[]): string[] {
  const shown = facts.filter((fact) => fact !== undefined)
  const widest = Math.max(...shown.map(([title]) => title.length))
  return shown.map(([title, text]) => `${styles.dim(title.padEnd(widest))}  ${plainText(text)}`)
}
