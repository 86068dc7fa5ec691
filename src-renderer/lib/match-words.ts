/** Whether every word typed occurs in the text, letters' case aside: "ne ru" finds "New run". */
export function matchWords(typed: string, text: string): boolean {
  const inText = text.toLowerCase()
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => inText.includes(word))
}
