import { entries } from "../../cli/commands";

/** Prints every command as JSON, for tests: jest can't load all of their libraries. */
async function main(): Promise<void> {
  const listed = await Promise.all(
    entries.map(async ({ load, name }) => {
      const command = await load();
      const options = [command, ...command.commands].flatMap((each) => each.options);
      return {
        name,
        description: command.description(),
        options: options.map(({ description, long }) => ({ long, description })),
      };
    }),
  );
  console.log(JSON.stringify(listed));
}

void main();
