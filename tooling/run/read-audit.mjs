/**
 * @typedef {object} AuditReport The needed part of the output of `pnpm audit --json`.
 * @property {Readonly<Record<string, { module_name: string, severity: string, title: string, url: string }>>}
 * advisories
 *
 * @typedef {'clean' | 'vulnerable' | 'not answered'} AuditVerdict
 *
 * @typedef {{ verdict: AuditVerdict, findings: readonly string[] }} Audit
 */

/** pnpm's message for a registry that can't be reached, or that does not do audits. */
const UNANSWERED = 'ERR_PNPM_AUDIT_BAD_RESPONSE'

/**
 * @param {import('./child.mjs').RunResult} audit
 * @param {(name: string) => boolean} isShipped whether a package reaches users; all do unless told otherwise
 * @returns {Audit}
 * @throws when the output is neither a report nor that message
 */
export function readAudit({ code, output }, isShipped = () => true) {
  if (output.includes(UNANSWERED)) return { verdict: 'not answered', findings: [output.trim()] }
  /** @type {AuditReport} */
  const { advisories } = JSON.parse(output)
  const all = Object.values(advisories)
  if (code !== 0 && all.length === 0) throw new Error(`pnpm audit failed with exit code ${code}:\n${output}`)
  const findings = all
    .filter(({ module_name: name }) => isShipped(name))
    .map(({ module_name: name, severity, title, url }) => `${severity}: ${name}: ${title} (${url})`)
  return { verdict: findings.length === 0 ? 'clean' : 'vulnerable', findings }
}

/**
 * Several audits as one: vulnerable if one is, and clean only if all are.
 *
 * @param {readonly Audit[]} audits
 * @returns {Audit}
 */
export function together(audits) {
  const verdicts = audits.map(({ verdict }) => verdict)
  const [verdict] = /** @type {const} */ (['vulnerable', 'not answered', 'clean']).filter((each) =>
    verdicts.includes(each),
  )
  return { verdict: verdict ?? 'clean', findings: audits.flatMap(({ findings }) => findings) }
}
