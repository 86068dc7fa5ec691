/** Gives the user a file: the browser's download, or the window's save dialog. */
export function saveFile(fileName: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // Chromium reads the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Lets the browser get a file from the served app, whatever its size. */
export function downloadFrom(address: string, fileName: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
}

/** False where the clipboard cannot be written: not focused, or refused. */
export async function copyToClipboard(content: string | Blob): Promise<boolean> {
  try {
    if (typeof content === 'string') await navigator.clipboard.writeText(content)
    else await navigator.clipboard.write([new ClipboardItem({ [content.type]: content })])
    return true
  } catch {
    return false
  }
}

/** RFC 4180; the first row holds the titles. */
export function toCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null) => {
    const text = value === null ? '' : String(value)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return rows.map((row) => row.map(cell).join(',') + '\r\n').join('')
}

/** A name any file system takes, without an ending. */
export function fileNameFrom(title: string): string {
  return title.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^-+|-+$/g, '') || 'virtlab'
}

/** One thing in several forms, of which each program takes the one it knows: a table as HTML and as text. */
export async function copyParts(parts: Readonly<Record<string, string>>): Promise<boolean> {
  const blobs = Object.entries(parts).map(
    ([type, text]) => [type, new Blob([text], { type })] as const,
  )
  try {
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))])
    return true
  } catch {
    return false
  }
}
