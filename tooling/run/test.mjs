import { requireNode } from './require-node.mjs'

requireNode()
void import('./run-checks.mjs').then(({ runChecks }) => runChecks(process.argv.slice(2)))
