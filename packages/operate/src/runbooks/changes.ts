/** What stands between a command and its verb: `-n shop`, `--context=prod`. */
const flags = /(?:-{1,2}[\w-]+(?:[= ]\S+)?\s+){0,6}/.source;

/** Commands that change something, by program. */
const changes: readonly RegExp[] = [
  new RegExp(
    `kubectl\\s+${flags}(delete|scale|rollout\\s+(restart|undo)|apply|patch|replace|create|edit|drain|cordon|uncordon|taint|set|annotate|label)\\b`,
  ),
  new RegExp(`helm\\s+${flags}(upgrade|rollback|uninstall|install)\\b`),
  /systemctl\s+(?:-{1,2}[\w-]+\s+){0,3}(restart|stop|start|reload|disable)\b/,
  /service\s+\S+\s+(restart|stop|start)\b/,
  /docker\s+(compose\s+)?(restart|stop|rm|kill|up|down)\b/,
  new RegExp(`(terraform|tofu)\\s+${flags}(apply|destroy|taint|state\\s+rm)\\b`),
  /reboot\b/,
  /(aws\s+\S+\s+(modify|delete|update|reboot|stop|terminate|put)-|gcloud\s[^\n]*\b(delete|update|reset|stop)\b)/,
  /vault\s+(kv\s+)?(put|delete)\b/,
  /curl\s[^\n]*(-X\s*|--request[ =])"?(POST|PUT|PATCH|DELETE)\b/,
  /(truncate|drop\s+table|delete\s+from|update\s+\w+\s+set|insert\s+into|alter\s+\w+|pg_(terminate|cancel)_backend)\b/,
  /redis-cli\s[^\n]*\b(flushall|flushdb|del|set)\b/,
  /(rabbitmqctl\s+(purge|delete|stop|set_|clear_|close_)|nats\s+(stream|consumer)\s+(rm|purge))/,
  /(redrive|discard|purge)\b/,
  /(rm\s+-|kill\s|--force)/,
];
const changing = new RegExp(`(?<![\\w-])(${changes.map(({ source }) => source).join("|")})`, "i");

/** Here the case of a letter tells: `-I` inserts, `-i` names an interface. */
const filtering =
  /(?<![\w-])ip6?tables\s(?:[^\n]*?\s)?(?:-[ADIFRPXN]|--(?:append|delete|insert|flush|replace|policy))\b/;

/** The command in a block, or in code within a line, that changes something; `null`: it only reads. */
export function changeIn(code: string): string | null {
  return (changing.exec(code) ?? filtering.exec(code))?.[0].trim() ?? null;
}

const forbidden =
  /\b(do not|don't|don’t|never|instead of|rather than|without|must not|not)\s+(\w+\s+){0,2}$/i;

/** What a line of prose has somebody do that changes something: code within it, or deleting by its first word. */
export function changeSaid(text: string): string | null {
  for (const { 1: code = "", index } of text.matchAll(/`([^`]+)`/g)) {
    const change = /\S\s+\S/.test(code) ? changeIn(code) : null;
    if (change !== null && !forbidden.test(text.slice(0, index))) return change;
  }
  return (
    /^\W*(?:\d+[.)]\s*)?\W*((?:delete|truncate|wipe|erase|purge|destroy) (?:all|every|the)\b[^.:;,(`]{0,40})/i
      .exec(text)?.[1]
      ?.trim() ?? null
  );
}
