import { Command } from "commander";
import { entries } from "./commands";

const words = [...new Set([...entries.map(({ name }) => name.split(" ")[0] ?? ""), "help", "completion"])];
const seconds = (first: string) =>
  entries.flatMap(({ name }) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []));
const shared = words.filter((word) => seconds(word).length > 0);

/** Bash and zsh (by its `bashcompinit`) complete commands, environments and consumers. */
function bash(): string {
  const cases = shared.map(
    (word) => `    ${word}) COMPREPLY=($(compgen -W "${seconds(word).join(" ")}" -- "$current")) ;;`,
  );
  return [
    "_ecs_privatelink() {",
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"',
    '  case "$previous" in',
    `    ecs-privatelink) COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$current")) ;;`,
    ...cases,
    '    --env) COMPREPLY=($(compgen -W "$(cd config/environments 2>/dev/null && ls | sed "s/[.]ya*ml$//")" -- "$current")) ;;',
    '    --consumer) COMPREPLY=($(compgen -W "$(cd config/consumers 2>/dev/null && ls | sed "s/[.]ya*ml$//")" -- "$current")) ;;',
    "  esac",
    "}",
    "complete -o default -F _ecs_privatelink ecs-privatelink",
  ].join("\n");
}

export const completion = new Command("completion")
  .description("Prints a completion script. Add to ~/.bashrc: source <(npx ecs-privatelink completion bash)")
  .argument("[shell]", "bash or zsh", "bash")
  .action((shell: string) => {
    if (shell !== "bash" && shell !== "zsh") throw new Error(`no completion for "${shell}". Available: bash, zsh`);
    console.log(shell === "zsh" ? `autoload -U +X bashcompinit && bashcompinit\n${bash()}` : bash());
  });
