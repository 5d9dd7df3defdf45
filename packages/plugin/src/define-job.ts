import type { InferredJob } from './scheduler.ts'

/**
 * Returns the given job of `createScheduler`: the compiler infers the context and the result of a job that stands alone.
 * @example
 * export const invoice = defineJob({
 *   schedule: null,
 *   schema: z.object({ customer: z.string() }),
 *   action: async ({ customer, signal }) => send(customer, signal),
 * })
 */
export function defineJob<Input, Fields, Defaults, Result>(
  job: InferredJob<Input, Fields, Defaults, Result>,
): InferredJob<Input, Fields, NoInfer<Defaults>, Result> {
  return job
}
