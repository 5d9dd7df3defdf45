import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('OpenTelemetry is not loaded by those who do not import its entry point', () => {
  const seen = new Set<string>()
  const visit = (file: URL): void => {
    if (seen.has(file.href)) return
    seen.add(file.href)
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(/ from '([^']+)'/g)) {
      const [, room] = /^@s3sched\/([a-z]+)$/.exec(from) ?? []
      if (from.startsWith('.')) visit(new URL(from, file))
      else if (room !== undefined) visit(new URL(`../../${room}/src/index.ts`, import.meta.url))
      else seen.add(from)
    }
  }
  visit(new URL('../src/index.ts', import.meta.url))
  expect(seen.size).toBeGreaterThan(150)
  expect([...seen].filter((name) => name.includes('opentelemetry'))).toEqual([])
})
