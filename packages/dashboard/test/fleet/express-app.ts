/**
 * A separate process, because the test runner's import conditions break the imports of Express. The process prints its
 * port.
 */
import express from 'express'
import { createDashboard } from '@s3sched/dashboard'
import { createSampleFleet } from './sample-fleet.ts'
import { serve } from './serve.ts'

const fleet = await createSampleFleet({ jobs: 2, runs: 4 })
const dashboard = createDashboard(fleet.store, { readOnly: false })
const app = express()
app.use('/admin/cron', dashboard)
app.use(express.urlencoded({ extended: true }))
app.use('/parsed/cron', dashboard)
const { url } = await serve(app)
process.stdout.write(`${url}\n`)
