import { requireNode } from './require-node.mjs'

requireNode()
void import('./run-source.mjs').then(({ runSource }) => runSource(process.argv.slice(2)))
