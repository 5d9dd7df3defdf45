import { describe, expect, it } from 'vitest'
import { readAudit, together } from '../read-audit.mjs'

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

  it('tells of the packages that reach users', () => {
    const advisories = Object.fromEntries(
      ['luxon', 'vitest'].map((name) => [name, { module_name: name, severity: 'low', title: 'a hole', url: 'x' }]),
    )
    const { findings } = readAudit({ code: 1, output: report(advisories) }, (name) => name === 'luxon')
    expect(findings).toEqual(['low: luxon: a hole (x)'])
    expect(readAudit({ code: 1, output: report(advisories) }, () => false).verdict).toBe('clean')
  })

  it('is as bad as its worst part', () => {
    const [clean, silent, vulnerable] = (['clean', 'not answered', 'vulnerable'] as const).map((verdict) => ({
      verdict,
      findings: verdict === 'clean' ? [] : [verdict],
    }))
    expect(
      [
        [clean, clean],
        [silent, clean],
        [clean, vulnerable, silent],
      ].map((parts) => together(parts as never)),
    ).toEqual([
      { verdict: 'clean', findings: [] },
      { verdict: 'not answered', findings: ['not answered'] },
      { verdict: 'vulnerable', findings: ['vulnerable', 'not answered'] },
    ])
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
