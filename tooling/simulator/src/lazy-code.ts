/**
 * The packages load some code by its first use. A load takes a turn of the event loop at least, and the machine's time
 * where Node.js reads files beside other work; simulated time goes on meanwhile, so that the first run of a process would
 * differ from later runs. So the code is loaded before time passes, and no other code may follow meanwhile.
 */
import { registerHooks } from 'node:module'

/** Below `packages/`. */
const LAZY = ['engine/src/engine.ts', 'history/src/archive/parquet-library.ts']

let loaded: Promise<unknown> | undefined
let passing = 0
const late: string[] = []

registerHooks({
  load: (url, context, next) => {
    if (passing > 0 && !/^node:|\/node_modules\//.test(url)) late.push(url)
    return next(url, context)
  },
})

/**
 * Lets time pass with all code loaded.
 * @throws Error for a module that was loaded meanwhile
 */
export async function withoutLoads(pass: () => Promise<void>): Promise<void> {
  await (loaded ??= Promise.all(LAZY.map(load)))
  passing++
  try {
    await pass()
  } finally {
    passing--
  }
  if (late.length === 0) return
  const modules = late.splice(0).join(', ')
  throw new Error(`expected all code before simulated time passes, got ${modules} meanwhile: add it to LAZY`)
}

function load(file: string): Promise<unknown> {
  return import(new URL(`../../../packages/${file}`, import.meta.url).href)
}
