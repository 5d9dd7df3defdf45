export function teardown(): void {
  throw new Error('planted teardown')
}
