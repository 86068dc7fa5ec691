export const newRun = {
  title: 'New run',
} as const
