import { S3SchedError } from '@s3sched/kernel'
import type { Invocation } from './invocation.ts'
import { plainText } from './output/plain-text.ts'

/** Says on standard error that the next look of a command that goes on will try again. */
export async function tellTrouble(invocation: Invocation, message: string): Promise<void> {
  await invocation.io.stderr.write(`s3sched: ${plainText(invocation.harmless(message))}; looking on\n`)
}

/**
 * One look of a command that goes on: trouble that may pass is told.
 * @returns `undefined` in trouble
 * @throws trouble that does not pass by itself
 */
export async function lookAgain<T>(invocation: Invocation, look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof S3SchedError) || !error.retriable) throw error
    await tellTrouble(invocation, error.message)
    return undefined
  }
}
