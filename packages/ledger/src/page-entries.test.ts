import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PageEntries } from './page-entries.ts'

const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd"', 'ä'), { maxLength: 4 })

it('is a map in the order of the first appearance, whatever is appended to any earlier state, and dropped', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ from: fc.nat(9), ids, dropped: ids })), (steps) => {
      const states = [{ entries: PageEntries.NONE, map: new Map<string, string>() }]
      steps.forEach(({ dropped, from, ids: given }, step) => {
        const before = states[from % states.length] ?? { entries: PageEntries.NONE, map: new Map<string, string>() }
        const map = new Map(before.map)
        for (const id of dropped) map.delete(id)
        const appended = given.filter((id) => !map.has(id)).map((id) => ({ id, key: 'job', text: `${step}` }))
        for (const { id, text } of appended) map.set(id, text)
        states.push({ entries: before.entries.changed(appended, new Set(dropped)), map })
      })
      for (const { entries, map } of states) {
        expect([...entries].map(({ id, text }) => [id, text])).toEqual([...map])
        expect(entries.size).toBe(map.size)
        for (const id of ['a', 'b', 'c', 'd"', 'ä']) expect(entries.has(id)).toBe(map.has(id))
        const lines: unknown = JSON.parse(`[${entries.lines.bytes.toString()}]`)
        expect(lines).toEqual([...map].map(([id, text]) => [id, 'job', Number(text)]))
      }
    }),
  )
})
