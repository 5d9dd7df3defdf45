#!/usr/bin/env node
import { processIo } from './process-io.ts'
import { runCli } from './run-cli.ts'

// All output was handed over by now; connections that a store's client keeps open are not waited for.
process.exit(await runCli(process.argv.slice(2), processIo()))
