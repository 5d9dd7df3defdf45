export function setup(): void {
  throw new Error('planted setup')
}
