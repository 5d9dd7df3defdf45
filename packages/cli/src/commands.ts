import type { Command } from './command.ts'
import { auditCommand } from './commands/audit.ts'
import { backfillCommand } from './commands/backfill.ts'
import { cancelCommand } from './commands/cancel.ts'
import { completionCommand } from './commands/completion.ts'
import { costCommand } from './commands/cost.ts'
import { dashboardCommand } from './commands/dashboard.ts'
import { doctorCommand } from './commands/doctor.ts'
import { exportCommand } from './commands/export.ts'
import { historyCommand } from './commands/history.ts'
import { importCommand } from './commands/import.ts'
import { jobCommand } from './commands/job.ts'
import { jobsCommand } from './commands/jobs.ts'
import { locksCommand } from './commands/locks.ts'
import { logsCommand } from './commands/logs.ts'
import { nextCommand } from './commands/next.ts'
import { pauseCommand, resumeCommand } from './commands/pause.ts'
import { pruneCommand } from './commands/prune.ts'
import { rerunCommand } from './commands/rerun.ts'
import { runCommand } from './commands/run.ts'
import { showCommand } from './commands/show.ts'
import { statusCommand } from './commands/status.ts'
import { watchCommand } from './commands/watch.ts'

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  statusCommand,
  watchCommand,
  jobsCommand,
  jobCommand,
  historyCommand,
  showCommand,
  logsCommand,
  runCommand,
  rerunCommand,
  backfillCommand,
  cancelCommand,
  pauseCommand,
  resumeCommand,
  nextCommand,
  locksCommand,
  auditCommand,
  doctorCommand,
  pruneCommand,
  exportCommand,
  costCommand,
  importCommand,
  dashboardCommand,
  completionCommand(() => COMMANDS),
]
