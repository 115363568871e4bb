/** A number with its noun: `1 check`, `3 checks`, `2 policies`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

/** How long something took, in the units that people use: `0 s`, `46 s`, `8 min 45 s`, `1 h 2 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * Text in lines of at most so many columns, which end between words; a longer word has a line of its own.
 *
 * @param indent begins each line
 */
export function wrapped(text: string, columns: number, indent = ""): string {
  const room = Math.max(columns - indent.length, 1);
  return text.replace(new RegExp(`(.{1,${room}}|\\S+)(?: |$)`, "g"), `${indent}$1\n`).trimEnd();
}
