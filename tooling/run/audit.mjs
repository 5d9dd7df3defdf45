import { requireNode } from './require-node.mjs'

requireNode()
void import('./run-audit.mjs').then(({ runAudit }) => runAudit())
