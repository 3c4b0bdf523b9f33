/** What whose text was read is called in the audit: `user:2`, `group:team`, `all`. */
export function toReadTarget({
  user,
  group,
}: {
  readonly user?: string | undefined;
  readonly group?: string | undefined;
}): string {
  if (user !== undefined) return `user:${user}`;
  return group === undefined ? 'all' : `group:${group}`;
}
