import { describe, expect, test } from '@jest/globals';
import { decodeText } from '../../src/core/file-text.ts';

const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'));
const bigEndian = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le').swap16());

describe('the text of a file that only the Action reads', () => {
  test.each<[string, Uint8Array, string]>([
    ['UTF-8', new Uint8Array(Buffer.from('é: 1')), 'é: 1'],
    ['UTF-8 with a mark', new Uint8Array(Buffer.from('\ufeffa: 1')), 'a: 1'],
    ['nothing', new Uint8Array(), ''],
    ['one byte', new Uint8Array([0x61]), 'a'],
    ['UTF-16 with a mark, as PowerShell writes it', utf16('\ufeffé: 1'), 'é: 1'],
    ['UTF-16 in the other order', bigEndian('\ufeffé: 1'), 'é: 1'],
    ['UTF-16 without a mark', utf16('a: 1'), 'a: 1'],
    ['UTF-16 in the other order without a mark', bigEndian('a: 1'), 'a: 1'],
  ])('%s is read', (_, bytes, text) => {
    expect(decodeText(bytes, 'own')).toEqual({ ok: true, text });
  });

  test.each<[string, number[], string]>([
    ['Latin-1', [0x61, 0xe9, 0x62], 'it is not valid UTF-8'],
    ['half of UTF-16', [0xff, 0xfe, 0x61], 'it is not valid UTF-16'],
    ['NUL', [0x61, 0x62, 0], 'it holds NUL characters, so it is no text file'],
    ['only NUL', [0, 0], 'it holds NUL characters, so it is no text file'],
  ])('%s is refused', (_, bytes, why) => {
    expect(decodeText(new Uint8Array(bytes), 'own')).toEqual({ ok: false, why });
  });
});

describe('the text of a file that other programs read too', () => {
  test('what is not valid UTF-8 stays theirs to judge', () => {
    expect(decodeText(new Uint8Array([0x61, 0xe9]), 'shared')).toEqual({ ok: true, text: 'a\ufffd' });
  });
  test('UTF-16 is named', () => {
    expect(decodeText(utf16('\ufeffFROM x'), 'shared')).toEqual({
      ok: false,
      why: 'it is encoded as UTF-16, which the programs that use it do not read',
    });
  });
});
