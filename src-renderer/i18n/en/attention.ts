export const attention = {
  title: 'Attention',
} as const
