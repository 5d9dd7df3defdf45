import type { Clock } from '@s3sched/kernel'
import type { GetResult, ListPage, ObjectStore, PutResult } from '../object-store.ts'
import type { ServerClock } from './server-clock.ts'

/** The same store; the server clock learns from every answer, and reads and listings tell of a step of this clock. */
export function timeStore(store: ObjectStore, serverClock: ServerClock, clock: Clock): ObjectStore {
  const timed = async <T extends GetResult | PutResult>(work: () => Promise<T>): Promise<T> => {
    const sentAt = clock.monotonic()
    const answer = await work()
    if (answer.outcome !== 'unknown') serverClock.observe(answer.serverTime, sentAt)
    return answer
  }
  const stepped = <T extends GetResult | ListPage>(answer: T): T => {
    const steppedAt = serverClock.steppedAt()
    return steppedAt === undefined ? answer : { ...answer, steppedAt }
  }
  return {
    description: store.description,
    get: async (key, options) => stepped(await timed(() => store.get(key, options))),
    put: (key, body, options) => timed(() => store.put(key, body, options)),
    delete: (keys, options) => store.delete(keys, options),
    async *list(prefix, options): AsyncGenerator<ListPage> {
      let sentAt = clock.monotonic()
      for await (const page of store.list(prefix, options)) {
        serverClock.observe(page.serverTime, sentAt)
        yield stepped(page)
        // The next page is requested only now.
        sentAt = clock.monotonic()
      }
    },
    close: () => store.close(),
  }
}
