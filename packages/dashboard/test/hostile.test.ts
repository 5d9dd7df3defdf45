import { expect, it } from 'vitest'
import { createDashboard } from '@s3sched/dashboard'
import { createHostileFleet, EVIL_AT, HOSTILE_PATHS } from './fleet/hostile-fleet.ts'
import { serve } from './fleet/serve.ts'

it('shows what jobs and the bucket say as text, wherever it comes from', async () => {
  await using fleet = await createHostileFleet()
  await using dashboard = createDashboard(fleet.store, { readOnly: false })
  await using served = await serve(dashboard)
  for (const path of HOSTILE_PATHS) {
    const text = await (await fetch(`${served.url}/${path}`)).text()
    expect(text, path).not.toMatch(/<img|<script>|onerror=alert\(1\)>/)
  }
  const shown = await (await fetch(`${served.url}/jobs/evil/runs/r1?at=${EVIL_AT}`)).text()
  expect(shown).toContain('&lt;script&gt;alert(2)&lt;/script&gt;')
  expect(await (await fetch(`${served.url}/`)).text()).toMatch(/odd[\s\S]*&lt;img/)
})
