#!/usr/bin/env node
import { processIo } from './process-io.ts'
import { runCli } from './run-cli.ts'

// All output was handed over by now; what a client of the store still keeps open is not waited for.
process.exit(await runCli(process.argv.slice(2), processIo()))
