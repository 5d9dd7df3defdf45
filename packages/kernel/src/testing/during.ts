import { type ManualClock, settle } from './manual-clock.ts'

/** Awaits a promise whose work needs the clock to move: moves the clock by steps until the promise settles. */
export async function during<T>(clock: ManualClock, promise: Promise<T>, stepMs = 10): Promise<T> {
  const state = { isSettled: false }
  const onSettled = (): void => void (state.isSettled = true)
  promise.then(onSettled, onSettled)
  await settle()
  while (!state.isSettled) await clock.advance(stepMs)
  return promise
}
