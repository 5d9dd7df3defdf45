#!/usr/bin/env node
import { processIo, runCli } from '@s3sched/cli'

// All output was handed over by now; connections that a store's client keeps open are not waited for.
process.exit(await runCli(process.argv.slice(2), processIo()))
