/* oxlint-disable -- the code of others, as it stands */
// The patterns of docs/plugins/scheduler/guides of s3db.js 21.2.10: advanced-patterns.md and best-practices.md. The code
// of each function is that of the documents, unchanged but for its layout; the `return` at the end is ours.
import { SchedulerError } from '@s3sched/plugin'

// Job manager with dependency support
class JobChainManager {
  constructor(scheduler) {
    this.scheduler = scheduler
    this.jobChains = new Map()
  }

  // Define job chain with dependencies
  defineChain(chainName, jobs) {
    this.jobChains.set(chainName, jobs)

    // Set up dependent jobs
    jobs.forEach((job, index) => {
      if (index === 0) {
        // First job runs on schedule
        this.scheduler.addJob(job.name, job.config)
      } else {
        // Subsequent jobs run when previous completes
        const prevJob = jobs[index - 1]

        this.scheduler.on('plg:scheduler:job-completed', async (data) => {
          if (data.jobName === prevJob.name) {
            console.log(`Running dependent job: ${job.name}`)
            await this.scheduler.runJob(job.name)
          }
        })

        // Add job but disable scheduling (run only via dependency)
        this.scheduler.addJob(job.name, {
          ...job.config,
          schedule: null, // Disable automatic scheduling
          enabled: true,
        })
      }
    })
  }

  // Run entire chain
  async runChain(chainName) {
    const chain = this.jobChains.get(chainName)
    if (!chain) {
      throw new SchedulerError(`Chain ${chainName} not found`, {
        statusCode: 404,
        retriable: false,
        suggestion: 'Define the chain via defineChain() before invoking runChain.',
        operation: 'runChain',
        metadata: { chainName, availableChains: Array.from(this.jobChains.keys()) },
      })
    }

    // Run first job, others will follow via dependencies
    await this.scheduler.runJob(chain[0].name)
  }
}

async function chains(s3db) {
  const chainManager = new JobChainManager(s3db.plugins.scheduler)

  chainManager.defineChain('daily_processing', [
    {
      name: 'extract_data',
      config: {
        schedule: '0 1 * * *',
        description: 'Extract data from external sources',
        action: async (database) => {
          // Extract data
          return { extracted_records: 1000 }
        },
      },
    },
    {
      name: 'transform_data',
      config: {
        description: 'Transform extracted data',
        action: async (database) => {
          // Transform data
          return { transformed_records: 950 }
        },
      },
    },
    {
      name: 'load_data',
      config: {
        description: 'Load transformed data',
        action: async (database) => {
          // Load data
          return { loaded_records: 950 }
        },
      },
    },
  ])

  const loaded = new Promise((resolve) => {
    s3db.plugins.scheduler.on('plg:scheduler:job-completed', ({ jobName, result }) => {
      if (jobName === 'load_data') resolve(result)
    })
  })
  await chainManager.runChain('daily_processing')
  const missing = await chainManager.runChain('nightly').catch((error) => error)
  const { name, statusCode, retriable, operation, metadata } = missing
  return { loaded: await loaded, missing: { name, statusCode, retriable, operation, metadata } }
}

async function circuitBreaker(schedulerPlugin) {
  const failureCounts = new Map()

  schedulerPlugin.on('plg:scheduler:job-failed', async (data) => {
    const count = (failureCounts.get(data.jobName) || 0) + 1
    failureCounts.set(data.jobName, count)

    if (count >= 5) {
      schedulerPlugin.disableJob(data.jobName)
      console.error(`Disabled ${data.jobName} after 5 failures`)
    }
  })

  // Reset counter on success
  schedulerPlugin.on('plg:scheduler:job-completed', (data) => {
    failureCounts.delete(data.jobName)
  })

  const disabled = new Promise((resolve) => schedulerPlugin.once('plg:scheduler:job-disabled', resolve))
  await schedulerPlugin.addJob('breaking', {
    schedule: '@hourly',
    action: async () => {
      throw new Error('broken')
    },
  })
  for (let failures = 0; failures < 5; failures++) await schedulerPlugin.runJob('breaking').catch(() => {})
  await disabled
  return schedulerPlugin.getJobStatus('breaking').enabled
}

async function jobsOfUsers(db, schedulerPlugin) {
  const generateReportForUser = async (_, id) => `report for ${id}`

  // Fetch users who need daily reports
  const users = await db.resources.users.list({
    filter: (item) => item.preferences?.dailyReport === true,
  })

  // Create a job for each user
  for (const user of users) {
    await schedulerPlugin.addJob(`daily-report-${user.id}`, {
      schedule: '0 8 * * *',
      action: async (db) => {
        return await generateReportForUser(db, user.id)
      },
    })
  }

  return [users.map(({ id }) => id).toSorted(), await schedulerPlugin.runJob('daily-report-ada')]
}

async function health(schedulerPlugin) {
  const lines = []
  const allStatus = schedulerPlugin.getAllJobsStatus()
  Object.entries(allStatus).forEach(([name, status]) => {
    lines.push(`${name}: next run at ${new Date(status.nextRun)}`)
  })

  const allJobs = await schedulerPlugin.listJobs()
  const names = allJobs.map((j) => j.name)

  const history = await schedulerPlugin.getJobHistory('breaking', {
    limit: 50,
    status: 'failed', // or 'success', 'timeout'
  })

  const jobs = schedulerPlugin.getAllJobsStatus()
  if (jobs['cleanup']) {
    await schedulerPlugin.runJob('cleanup')
  } else {
    await schedulerPlugin.addJob('cleanup', { schedule: '0 3 * * monday', action: () => 'clean' })
  }

  const { statistics, nextRun, isRunning } = schedulerPlugin.getJobStatus('generate_daily_reports')
  return {
    everyJobHasALine: lines.length === names.length && lines.every((line) => names.includes(line.split(':')[0])),
    failures: history.length,
    cleanup: schedulerPlugin.getJobStatus('cleanup').enabled,
    reports: { runs: statistics.totalRuns, isAhead: nextRun > Date.now(), isRunning },
  }
}

export async function patterns(db) {
  const { scheduler } = db.plugins
  return {
    chains: await chains(db),
    broken: await circuitBreaker(scheduler),
    users: await jobsOfUsers(db, scheduler),
    health: await health(scheduler),
  }
}
