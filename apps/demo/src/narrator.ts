import type { WorkerReport } from './messages.ts'

/** Tells the story line by line, each within 80 columns. */
export class Narrator {
  readonly #startedAt = performance.now()

  say(text: string): void {
    console.log(`\n${text}`)
  }

  report(workerId: string, report: WorkerReport): void {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(1).padStart(5)
    console.log(`${seconds}s  ${workerId.padEnd(5)} ${phrase(report)}`.slice(0, 80))
  }
}

function phrase(report: WorkerReport): string {
  switch (report.kind) {
    case 'ready':
      return 'joined'
    case 'leads':
      return `LEADS, epoch ${report.epoch}`
    case 'demoted':
      return `no longer leads (${report.reason})`
    case 'started':
      return `${report.jobName} starts, ${report.lag} ms after its tick`
    case 'completed': {
      const attempts = report.attempts > 1 ? `, attempt ${report.attempts}` : ''
      return `${report.jobName} done in ${Math.round(report.duration)} ms${attempts}`
    }
    case 'failed':
      return `${report.jobName} ${report.status}: ${report.error}`
    case 'retry':
      return `${report.jobName} attempt ${report.attempt} failed (${report.error}), will retry`
    case 'skipped':
      return `${report.jobName} skipped: ${report.reason}`
    case 'missed':
      return `${report.jobName} missed ${report.count} tick(s) while nobody led`
    case 'lost':
      return `${report.jobName} lost: ${report.reason}`
    case 'changed':
      return 'the changes are in the bucket; the leader sees them within 15 s'
    case 'result':
      return `by-hand answered: ${String(report.result)}`
    case 'trouble':
      return `trouble: ${report.error}`
  }
}
