import type { Serializable } from 'node:child_process'

/** What the benchmark gave this process. */
export function givenArgs(): unknown {
  return JSON.parse(process.argv[2] ?? 'null')
}

/** Tells the benchmark. Resolves when it is on its way, so that the process may end. */
export function tell(message: Serializable): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)))
  })
}
