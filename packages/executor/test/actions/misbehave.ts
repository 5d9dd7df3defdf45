import { spawn } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import type { RunContext } from '../../src/index.ts'

class Refusal extends RangeError {
  readonly code = 'NOT_TODAY'
  readonly retriable = false
  readonly open = (): void => {}
}

const ways: Readonly<Record<string, (context: RunContext) => unknown>> = {
  throws: () => {
    throw new Refusal('no', { cause: new Error('why') })
  },
  returnsAnObject: () => ({ rows: [1, 2, 3] }),
  throwsText: () => {
    throw 'just text' // oxlint-disable-line no-throw-literal
  },
  exits: () => process.exit(3),
  crashes: () =>
    new Promise(() => {
      setImmediate(() => {
        throw new TypeError('outside of the call')
      })
    }),
  rejects: () =>
    new Promise(() => {
      void Promise.reject(new TypeError('nobody listens'))
    }),
  overflows: () => {
    const dive = (depth: number): number => dive(depth + 1) + 1
    return dive(0)
  },
  fillsTheHeap: () => {
    const all: unknown[] = []
    for (;;) all.push(Array.from({ length: 10_000 }, () => ({})))
  },
  returnsAFunction: () => ({ close: () => {} }),
  computesForEver: ({ progress }) => {
    progress(process.pid)
    for (;;);
  },
  ignoresItsSignal: ({ progress }) => {
    progress(process.pid)
    return new Promise(() => setInterval(() => {}, 1000))
  },
  listens: ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () =>
        reject(Object.assign(new Error('I stop'), { told: String(signal.reason) })),
      )
    }),
  returnsLate: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('late'))),
  hasChildren: ({ progress }) => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    progress(child.pid ?? -1)
    return new Promise(() => {})
  },
  writesTo: ({ file }) => {
    writeFileSync(String(file), `${process.pid}\n`)
    for (;;) appendFileSync(String(file), '')
  },
  crashesLater: () => {
    setTimeout(() => {
      throw new Error('left over')
    }, 20)
    return process.pid
  },
}

/** Does what the field `way` of its context names. */
export default function misbehave(_: unknown, context: RunContext): unknown {
  return ways[String(context['way'])]?.(context)
}
