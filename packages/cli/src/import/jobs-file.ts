import type { Imported, ImportedJob, Remark } from './imported.ts'
import { keyOf, literal } from './literal.ts'

/** The module with the jobs, which an application imports and changes from then on. */
export function jobsFile({ jobs, remarks }: Imported, source: string, url: string | undefined): string {
  const kinds = new Set(jobs.map(({ target }) => target.kind))
  const parts = [
    comment(`The jobs of ${source}, for createScheduler({ jobs }) of 's3sched'.`),
    ...remarks.map((remark) => comment(remarkText(remark))),
    '',
  ]
  if (kinds.has('http')) parts.push(...httpHead(url), '')
  if (kinds.has('kubernetesJob')) parts.push("import { kubernetesJob } from '@s3sched/targets/kubernetes'", '')
  parts.push('export const jobs = {', ...jobs.map(jobText), '}', '')
  return parts.join('\n')
}

export function remarkText({ place, text }: Remark): string {
  return place === '' ? text : `${place}: ${text}`
}

function httpHead(url: string | undefined): string[] {
  return [
    "import { http } from '@s3sched/targets'",
    '',
    '// A service of yours runs the commands: each message is signed, and its payload has the command.',
    `const url = ${url === undefined ? "process.env.COMMANDS_URL ?? 'http://127.0.0.1:8080/'" : literal(url)}`,
    'const secret = process.env.COMMANDS_SECRET',
    'const run = (payload) => http(url, { secret, payload: () => payload })',
  ]
}

function jobText({ fields, name, target }: ImportedJob): string {
  const action = actionText(target)
  const lines = Object.entries(fields).map(([key, value]) => `    ${key}: ${literal(value, '    ')},`)
  return [`  ${keyOf(name)}: {`, ...lines, `    action: ${action},`, '  },'].join('\n')
}

function actionText(target: ImportedJob['target']): string {
  if (target.kind === 'http') return `run(${literal(target.payload, '    ')})`
  const options = Object.keys(target.options).length === 0 ? '' : `, ${literal(target.options, '    ')}`
  return `kubernetesJob(${literal(target.template, '    ')}${options})`
}

/** A line break of a foreign text must not end the comment. */
function comment(text: string): string {
  return `// ${text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ')}`
}
