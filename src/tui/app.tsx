import { Box, Text, useCursor } from 'ink';
import { useSyncExternalStore, type ReactElement } from 'react';
import type { ConsoleRuntime } from './console-runtime.ts';
import { drawConsole } from './draw-console.ts';
import type { Line } from './lines.ts';
import { paint, type ThemeName } from './theme.ts';

/** The console on the terminal: one <Text> a line, and the real cursor where text goes. */
export function App({ runtime, theme }: AppProps): ReactElement {
  const state = useSyncExternalStore(runtime.subscribe, runtime.state);
  const { setCursorPosition } = useCursor();
  const { lines, cursor } = drawConsole(state);
  setCursorPosition(cursor && { x: cursor.column, y: cursor.row });
  return (
    <Box flexDirection="column">
      {lines.map((line, row) => (
        <Text key={row} wrap="truncate-end">
          {textOf(line, theme)}
        </Text>
      ))}
    </Box>
  );
}

export interface AppProps {
  readonly runtime: ConsoleRuntime;
  readonly theme: ThemeName;
}

/** An empty line still takes a row. */
function textOf(line: Line, theme: ThemeName): string {
  const text = line.map((span) => paint(span, theme)).join('');
  return text === '' ? ' ' : text;
}
