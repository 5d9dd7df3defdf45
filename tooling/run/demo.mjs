import { requireNode } from './require-node.mjs'

requireNode()
void import('./run-demo.mjs').then(({ runDemo }) => runDemo(process.argv.slice(2)))
