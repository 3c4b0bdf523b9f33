import { SETTING_KEYS } from '../../../src/server/config/known-keys.ts';
import { SETTINGS, type Setting, type SettingKey } from '../../../src/server/config/schema.ts';

const HEAD = `# chatd: every setting, with its default. Delete what you do not change.
# Any of them can come from the environment: CHATD_WS_PORT, CHATD_MYSQL_DSN, … (lists with commas).
# In values \${VAR} and \${VAR:-fallback} are replaced. Durations: 25s, 500ms; sizes: 64KiB. "chatd config check" checks.
`;

/** What etc/backend.yaml has to be: the table of settings, written as YAML. */
export function renderReference(): string {
  const lines: string[] = [HEAD];
  const seen = new Set<string>();
  for (const key of SETTING_KEYS) {
    const section = sectionOf(key);
    if (seen.has(section)) continue;
    seen.add(section);
    lines.push(...renderSection(section));
  }
  return `${lines.join('\n')}\n`;
}

function renderSection(section: string): readonly string[] {
  const keys = SETTING_KEYS.filter((key) => sectionOf(key) === section);
  if (keys.length === 1 && keys[0] === section) return render(keys[0], section, '');
  return [`\n${section}:`, ...keys.flatMap((key) => render(key, key.slice(section.length + 1), '  '))];
}

function render(key: SettingKey, name: string, indent: string): readonly string[] {
  const { meaning, default: preset }: Setting<unknown> = SETTINGS[key];
  return [`${indent}# ${meaning.en}`, `${indent}${name}: ${preset === '' ? '""' : preset}`];
}

function sectionOf(key: string): string {
  return key.split('.')[0] ?? key;
}
