import { z } from 'zod';

/** What commands that page through records take. Over HTTP numbers and flags arrive as text. */

const MAX_LIMIT = 200;

/** How many a page has if it is not said. */
export const PAGE_SIZE = 50;

export const limit = z.coerce.number().int().min(1).max(MAX_LIMIT).optional();

/** The number of a record, counted up: only older ones. */
export const before = z.coerce
  .number()
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER)
  .optional()
  .meta({ description: '`next` of the page before' });

export const flag = z
  .union([z.boolean(), z.enum(['1', '0', 'true', 'false'])])
  .transform((value) => value === true || value === '1' || value === 'true')
  .optional();

export const time = z.number().meta({ description: 'ms since 1970' });

/** As much as anybody looks for. */
export const words = z.string().max(256).optional();
