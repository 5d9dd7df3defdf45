export const jobs = {
  report: {
    schedule: '0 8 * * 1-5',
    timezone: 'Europe/Rome',
    retries: 3,
    action: ({ scheduledTime }) => `report of ${scheduledTime.toISOString()}`,
  },
}
