import { describe, expect, it } from 'vitest'
import { readAudit } from '../read-audit.mjs'

const report = (advisories: object): string => JSON.stringify({ advisories, metadata: {} })

describe('an audit', () => {
  it('that finds nothing is clean', () => {
    expect(readAudit({ code: 0, output: report({}) })).toEqual({ verdict: 'clean', findings: [] })
  })

  it('names what is vulnerable', () => {
    const advisories = { 1: { module_name: 'thing', severity: 'high', title: 'a hole', url: 'https://example.test/1' } }
    expect(readAudit({ code: 1, output: report(advisories) })).toEqual({
      verdict: 'vulnerable',
      findings: ['high: thing: a hole (https://example.test/1)'],
    })
  })

  it('that the registry does not answer says nothing about the packages', () => {
    const output = 'Error: ERR_PNPM_AUDIT_BAD_RESPONSE\n\n  × The audit endpoint responded with 405:\n'
    expect(readAudit({ code: 1, output }).verdict).toBe('not answered')
  })

  it('that failed in any other way is no verdict', () => {
    expect(() => readAudit({ code: 1, output: 'Error: something else' })).toThrow(/JSON/)
    expect(() => readAudit({ code: 1, output: report({}) })).toThrow('exit code 1')
  })
})
