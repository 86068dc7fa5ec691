/** A column of a plain table; numbers stand right, texts left. */
export interface TableColumn<Row> {
  title: string
  value: (row: Row) => string
  align?: 'left' | 'right'
}

/** An aligned table for a terminal: titles, a rule, rows; `none` where there are no rows. */
export function formatTable<Row>(columns: TableColumn<Row>[], rows: readonly Row[]): string {
  if (rows.length === 0) return 'none'
  const cells = rows.map((row) => columns.map(({ value }) => value(row)))
  const widths = columns.map(({ title }, i) =>
    Math.max(displayWidth(title), ...cells.map((row) => displayWidth(row[i] ?? ''))),
  )
  const line = (texts: string[]) =>
    texts
      .map((text, i) => {
        const padding = ' '.repeat((widths[i] ?? 0) - displayWidth(text))
        return columns[i]?.align === 'right' ? padding + text : text + padding
      })
      .join('  ')
      .trimEnd()
  return [
    line(columns.map(({ title }) => title)),
    line(widths.map((width) => '─'.repeat(width))),
    ...cells.map(line),
  ].join('\n')
}

/** Columns a text takes on a terminal: CJK takes two, combining marks and changes of style none. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text.replaceAll(styleCodes, '')) {
    if (/\p{Mark}/u.test(character)) continue
    width += wide.test(character) ? 2 : 1
  }
  return width
}

// eslint-disable-next-line no-control-regex -- that is what a style begins with
const styleCodes = /\x1b\[\d+m/g
const wide =
  /[ᄀ-ᅟ⺀-〾ぁ-㏿㐀-䶿一-鿿ꀀ-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
