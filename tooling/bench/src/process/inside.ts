import type { Serializable } from 'node:child_process'

/** The arguments from the benchmark. */
export function givenArgs(): unknown {
  return JSON.parse(process.argv[2] ?? 'null')
}

/** Sends a message to the benchmark. Resolves once the message is sent, so that the process may end. */
export function tell(message: Serializable): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)))
  })
}
