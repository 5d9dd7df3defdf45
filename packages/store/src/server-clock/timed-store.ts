import type { Clock } from '@s3sched/kernel'
import type { GetResult, ListPage, ObjectStore } from '../object-store.ts'
import type { ServerClock } from './server-clock.ts'

/** The same store; the server clock learns from every answer, and reads and listings tell of a step of this clock. */
export function timeStore(store: ObjectStore, serverClock: ServerClock, clock: Clock): ObjectStore {
  // In the turn of the answer: a step that shows in a later answer is none of an earlier answer's.
  const learned = <T extends GetResult | ListPage>(answer: T, sentAt: number): T => {
    serverClock.observe(answer.serverTime, sentAt)
    const step = serverClock.step()
    return step === undefined ? answer : { ...answer, step }
  }
  return {
    description: store.description,
    get: async (key, options) => {
      const sentAt = clock.monotonic()
      return learned(await store.get(key, options), sentAt)
    },
    put: async (key, body, options) => {
      const sentAt = clock.monotonic()
      const answer = await store.put(key, body, options)
      if (answer.outcome !== 'unknown') serverClock.observe(answer.serverTime, sentAt)
      return answer
    },
    delete: (keys, options) => store.delete(keys, options),
    async *list(prefix, options): AsyncGenerator<ListPage> {
      let sentAt = clock.monotonic()
      for await (const page of store.list(prefix, options)) {
        yield learned(page, sentAt)
        // The next page is requested only now.
        sentAt = clock.monotonic()
      }
    },
    close: () => store.close(),
  }
}
