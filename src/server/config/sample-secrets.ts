/** Long enough, but printed in documentation that everybody copies from: jwt.io, go-zero, Supabase and the like. */
const PUBLISHED: ReadonlySet<string> = new Set([
  'ad879037-c7a4-4063-9236-6bfc35d54b7d',
  'uOvKLmVfztaXGpNYd4Z0I1SiT7MweJhl',
  'abcdefghijklmnopqrstuvwxyz123456',
  'abcdefghijklmnopqrstuvwxyz0123456789',
  'qwertyuiopasdfghjklzxcvbnm123456',
]);

// `your-secret-key-change-me…`: words that random characters do not spell.
const TELLTALE =
  /secret|passw(?:or)?d|change.?(?:me|this|it)|example|placeholder|replace.?(?:me|this)|default/i;
// `0123456789abcdef0123456789abcdef`, `aaaa…`: one piece over and over.
const REPEATED = /^(.{1,16}?)\1+.{0,15}$/s;
const LEAST_DIFFERENT_CHARACTERS = 10;

/** Whether a secret of enough bytes is nevertheless one that others know or can guess. */
export function isSampleSecret(secret: string): boolean {
  const different = new Set(secret).size;
  return (
    PUBLISHED.has(secret) ||
    TELLTALE.test(secret) ||
    REPEATED.test(secret) ||
    different < LEAST_DIFFERENT_CHARACTERS
  );
}
