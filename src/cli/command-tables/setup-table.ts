import type { CommandSpec } from '../command.ts';

/** What a server is set up with: configuration and database. */
export const SETUP_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'config check',
    summary: { en: 'say what is wrong with the configuration', zh: '检查配置' },
    examples: ['chatd config check', 'chatd config check -f etc/backend.mysql.yaml'],
    load: async () => (await import('../commands/config.ts')).check,
  },
  {
    path: 'config show',
    summary: { en: 'print every setting and where it comes from', zh: '显示每项配置及其来源' },
    examples: ['chatd config show', 'chatd config show --json'],
    load: async () => (await import('../commands/config.ts')).show,
  },
  {
    path: 'config schema',
    summary: {
      en: 'print the JSON schema of the file, for editors',
      zh: '输出配置文件的 JSON schema, 供编辑器使用',
    },
    examples: ['chatd config schema', 'chatd config schema > etc/backend.schema.json'],
    load: async () => (await import('../commands/config.ts')).schema,
  },
  {
    path: 'db migrate',
    summary: { en: 'bring the database to this version', zh: '升级数据库结构' },
    examples: ['chatd db migrate', 'chatd db migrate -f etc/backend.mysql.yaml'],
    load: async () => (await import('../commands/db.ts')).migrate,
  },
  {
    path: 'db status',
    summary: { en: "show the database's migrations", zh: '显示数据库迁移状态' },
    examples: ['chatd db status', 'chatd db status --json'],
    load: async () => (await import('../commands/db.ts')).status,
  },
];
