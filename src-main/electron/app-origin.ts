/** The page's scheme; a scheme of our own instead of file:, which reads every file of the user. */
export const scheme = 'virtlab'
export const origin = `${scheme}://app`

/** True for an address of the page itself. */
export function isOwn(url: string): boolean {
  const parsed = URL.parse(url)
  // `URL.origin` is "null" for schemes that the URL standard does not know.
  return parsed?.protocol === `${scheme}:` && parsed.host === 'app'
}
