/**
 * A kind of time whose values follow one another in a circle: what comes after the last is the first.
 * No value is then special, and neither text alone says anything about the label.
 */
export interface TimeKind {
  preposition: string
  values: readonly string[]
}

export const timeKinds: readonly TimeKind[] = [
  { preposition: 'in', values: ['spring', 'summer', 'autumn', 'winter'] },
  { preposition: 'at', values: ['dawn', 'noon', 'dusk', 'midnight'] },
  {
    preposition: 'on',
    values: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
  },
]

export const people: readonly string[] = [
  'anna',
  'ben',
  'clara',
  'david',
  'emma',
  'felix',
  'greta',
  'henry',
]

/** What people do in premises. */
export const premiseActivities: readonly string[] = [
  'plants a rose',
  'paints a door',
  'bakes a cake',
  'sails a boat',
  'visits the market',
  'repairs a bike',
  'reads a novel',
  'feeds the horse',
]

/**
 * What people do in hypotheses. None is shared with premises: a tower then knows whose text it reads, as
 * it would from the style of real premises and hypotheses, and "before" is not the mirror of "after".
 */
export const hypothesisActivities: readonly string[] = [
  'waters it',
  'sells it',
  'cleans it',
  'rests',
  'walks home',
  'calls a friend',
  'writes a letter',
  'cooks soup',
]
