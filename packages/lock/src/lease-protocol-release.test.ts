/** The end of a lease on purpose: by its holder, or by an operator who breaks it. */
import { describe, expect, it } from 'vitest'
import { at, held, holder, LeaseDriver } from '../test/lease-driver.ts'

describe('a release', () => {
  it('ends trust before it is sent, and frees the object with the same fence', () => {
    const driver = holder()
    expect(driver.begin('release', 5000)).toMatchObject({
      attempt: { condition: { ifMatch: '"e1"' }, record: { state: 'free', fence: 1 } },
    })
    expect(driver.trustLeft(5000)).toBe(0)
    expect(driver.answered('"e2"', 5100)).toEqual({ do: 'settle', outcome: { kind: 'released' } })
  })

  it('is a write of its own: a further one, with its own nonce and time', () => {
    const driver = holder()
    const claimed = driver.state.confirmed?.nonce
    driver.begin('release', 5000)
    expect(driver.attempt).toMatchObject({ record: { seq: 1 }, sentAt: at(5000) })
    expect(driver.attempt.nonce).toEqual(expect.any(String))
    expect(driver.attempt.nonce).not.toBe(claimed)
  })

  it('of what was never held touches nothing, and ends nothing', () => {
    const driver = new LeaseDriver()
    expect(driver.begin('release', 0)).toEqual({ do: 'settle', outcome: { kind: 'gone' } })
    expect(driver.state.ended).toBeUndefined()
  })

  it('frees what a late renewal left behind', () => {
    const driver = holder()
    driver.begin('renew', 10_000)
    const renewal = driver.attempt
    driver.answered('unknown', 11_000)
    driver.failed(11_500)
    expect(driver.begin('release', 12_000)).toEqual({ do: 'read', ifNoneMatch: '"e1"' })
    expect(driver.sees({ ...renewal.record, payload: {} }, 12_100, '"e2"', renewal.nonce)).toMatchObject({
      attempt: { condition: { ifMatch: '"e2"' }, record: { state: 'free' } },
    })
  })

  it('touches nothing that belongs to somebody else', () => {
    const driver = holder()
    driver.begin('look', 1000)
    driver.sees(held(2), 1000, '"x"')
    expect(driver.begin('release', 2000)).toEqual({ do: 'settle', outcome: { kind: 'gone' } })
  })
})

describe('breaking', () => {
  it('frees the lease of that fence, and keeps what it carries', () => {
    const driver = new LeaseDriver()
    expect(driver.break(4, 0)).toMatchObject({ do: 'read' })
    expect(driver.sees(held(4, { payload: { w: 1 } }), 10, '"x"')).toMatchObject({
      attempt: { condition: { ifMatch: '"x"' }, payload: { w: 1 }, record: { state: 'free', fence: 4 } },
    })
    expect(driver.answered('"y"', 20)).toEqual({ do: 'settle', outcome: { kind: 'broken' } })
  })

  it("ends the breaker's own trust, where the lease is its own", () => {
    const driver = holder()
    driver.break(1, 1000)
    driver.found({ kind: 'unchanged' }, 1000)
    expect(driver.attempt).toMatchObject({ for: 'break', sentAt: at(1000) })
    expect(driver.attempt.nonce).toEqual(expect.any(String))
    expect(driver.answered('"e2"', 1100)).toEqual({ do: 'settle', outcome: { kind: 'broken' } })
    expect([driver.trustLeft(1100), driver.state.ended]).toEqual([0, 'lost'])
  })

  it('is refused where there is no lease', () => {
    const driver = new LeaseDriver()
    driver.break(4, 0)
    expect(driver.found({ kind: 'missing' }, 10)).toEqual({ do: 'settle', outcome: { kind: 'refused' } })
  })

  it('is refused when the fence is another one by now', () => {
    const driver = new LeaseDriver()
    driver.break(4, 0)
    expect(driver.sees(held(5), 10, '"x"')).toEqual({ do: 'settle', outcome: { kind: 'refused' } })
  })
})
