import { ERRORS } from '../protocol/error-codes.ts';
import type { Bilingual } from './exit-codes.ts';

/**
 * What the server said of a refusal, for people. Where it said no more than the table does, the table's text in both
 * languages (the seed's routes speak Chinese to everybody), and which field it was.
 */
export function refusalText(code: string, said: string, field?: string): Bilingual {
  const known = Object.hasOwn(ERRORS, code) ? ERRORS[code as keyof typeof ERRORS] : undefined;
  if (known === undefined || (said !== known.zh && said !== known.en)) return { en: said, zh: said };
  if (code !== 'invalid_field' || field === undefined) return { en: known.en, zh: known.zh };
  return { en: `${field} is missing or wrong`, zh: `${field} 缺失或有误` };
}
