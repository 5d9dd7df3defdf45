/** How many requests one call has under way at a time: as many as the AWS SDK keeps connections. */
export const REQUESTS_AT_ONCE = 50

/** The results in the order of the items. The first failure is thrown, and nothing new is begun after it. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      try {
        results[index] = await work(items[index] as T)
      } catch (error) {
        next = items.length
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(REQUESTS_AT_ONCE, items.length) }, worker))
  return results
}
