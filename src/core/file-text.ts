/** The text of a file, or why it is none: a part of a sentence. */
export type FileText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

/**
 * Decodes a text file. What only this Action reads (`own`) may be UTF-16, which a redirect (`>`) of Windows PowerShell 5
 * writes (learn.microsoft.com, "about_Character_Encoding"), and must be valid. What other programs read as well (`shared`)
 * is UTF-8 in which they may ignore what is not valid, such as a comment. A byte order mark is taken off.
 */
export function decodeText(bytes: Uint8Array, reader: 'own' | 'shared'): FileText {
  const encoding = encodingOf(bytes);
  if (reader === 'shared')
    return encoding === 'utf-8'
      ? { ok: true, text: new TextDecoder().decode(bytes) }
      : { ok: false, why: 'it is encoded as UTF-16, which the programs that use it do not read' };
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0')
      ? { ok: false, why: 'it holds NUL characters, so it is no text file' }
      : { ok: true, text };
  } catch {
    return { ok: false, why: `it is not valid ${encoding === 'utf-8' ? 'UTF-8' : 'UTF-16'}` };
  }
}

/** UTF-16 without a mark shows by the NUL in its first character, which is ASCII in every file that is read here. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === undefined || second === undefined || (first === 0) === (second === 0)) return 'utf-8';
  return first === 0 ? 'utf-16be' : 'utf-16le';
}
