import type { AnyJobDefinition } from '@s3sched/jobs'
import { type CompiledSpec, isSpread, SpecCompiler } from './compiled-spec.ts'

/** All of a valid definition but the action. */
export interface CheckedDefinition {
  readonly compiled: CompiledSpec
  readonly fields: Omit<AnyJobDefinition, 'action'>
}

/**
 * The checked definitions of a batch of added jobs. Very many jobs differ in little but their name and their action: of
 * definitions that are alike, one is checked, and all share the result. Kept while the batch is added.
 */
export class AlikeDefinitions {
  readonly compiler: SpecCompiler = new SpecCompiler()
  readonly #checked = new Map<string, CheckedDefinition>()

  /** The result for a definition that differs in the action alone, itself a function in both. */
  find(definition: AnyJobDefinition): CheckedDefinition | undefined {
    const key = keyOf(definition)
    return key === undefined ? undefined : this.#checked.get(key)
  }

  /** @param definition - without a mistake */
  share(definition: AnyJobDefinition, checked: CheckedDefinition): void {
    const key = keyOf(definition)
    if (key !== undefined && !isSpread(checked.compiled.spec)) this.#checked.set(key, checked)
  }
}

/**
 * Equal for alike definitions. `undefined` for a definition that is compared with no other one: with an object, which may
 * change later, with a further function, or with a predecessor, which a job of the same name must not have.
 */
function keyOf(definition: AnyJobDefinition): string | undefined {
  // A class may give its definitions further fields.
  if (Object.getPrototypeOf(definition) !== Object.prototype || typeof definition.action !== 'function')
    return undefined
  const fields = definition as unknown as Readonly<Record<string, unknown>>
  let key = ''
  for (const name of Object.keys(fields)) {
    if (name === 'action') continue
    const value = fields[name]
    if (name === 'after' || !isPlain(value)) return undefined
    key += `${name}:${typeof value === 'string' ? JSON.stringify(value) : String(value)},`
  }
  return key
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value)
}
