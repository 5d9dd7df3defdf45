export function teardown(): Promise<void> {
  void Promise.reject(new Error('planted rejection of the main process'))
  return new Promise((resolve) => setTimeout(resolve, 1000))
}
