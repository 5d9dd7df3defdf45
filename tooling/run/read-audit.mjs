/**
 * @typedef {object} AuditReport The needed part of the output of `pnpm audit --json`.
 * @property {Readonly<Record<string, { module_name: string, severity: string, title: string, url: string }>>}
 * advisories
 *
 * @typedef {'clean' | 'vulnerable' | 'not answered'} AuditVerdict
 */

/** pnpm's message for a registry that can't be reached, or that does not do audits. */
const UNANSWERED = 'ERR_PNPM_AUDIT_BAD_RESPONSE'

/**
 * @param {import('./child.mjs').RunResult} audit
 * @returns {{ verdict: AuditVerdict, findings: readonly string[] }}
 * @throws when the output is neither a report nor that message
 */
export function readAudit({ code, output }) {
  if (output.includes(UNANSWERED)) return { verdict: 'not answered', findings: [output.trim()] }
  /** @type {AuditReport} */
  const { advisories } = JSON.parse(output)
  const findings = Object.values(advisories).map(
    ({ module_name: name, severity, title, url }) => `${severity}: ${name}: ${title} (${url})`,
  )
  if (code !== 0 && findings.length === 0) throw new Error(`pnpm audit failed with exit code ${code}:\n${output}`)
  return { verdict: findings.length === 0 ? 'clean' : 'vulnerable', findings }
}
