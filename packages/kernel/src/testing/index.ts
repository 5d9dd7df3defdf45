export { pause } from './real-turns.ts'
export { createManualClock, settle, type ManualClock } from './manual-clock.ts'
export { createSeededRandom } from './seeded-random.ts'
