/** Loaded before all other modules (`--import`): applies the edits of the mutant named by `S3SCHED_MUTANT`. */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { LEAKS, type Leak } from './leaks.ts'
import type { Edit, Mutant } from './mutant.ts'
import { MUTANTS } from './mutants.ts'

const name = process.env['S3SCHED_MUTANT']
const mutant: Mutant | Leak | undefined = [...MUTANTS, ...LEAKS].find((each) => each.name === name)
if (mutant === undefined) throw new Error(`expected S3SCHED_MUTANT to name a mutant, got ${String(name)}`)
const edits: readonly Edit[] = mutant.also !== undefined ? [mutant, mutant.also] : [mutant]
const sources = new Map<string, string>()
for (const { file, find, replace } of edits) {
  const url = new URL(`../../../../packages/${file}`, import.meta.url).href
  const source = sources.get(url) ?? readFileSync(new URL(url), 'utf8')
  const places = source.split(find).length - 1
  if (places !== 1)
    throw new Error(`mutant '${mutant.name}': expected its text once in ${file}, found it ${places} times`)
  sources.set(
    url,
    source.replace(find, () => replace),
  )
}

registerHooks({
  load: (asked, context, next) => {
    const source = sources.get(asked)
    return source === undefined ? next(asked, context) : { format: 'module-typescript', shortCircuit: true, source }
  },
})
