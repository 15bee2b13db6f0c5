import { findFields, masked } from "./secret-fields.ts";
import { isSecretName } from "./secret-names.ts";

/** What stands for a secret of this kind: `authorization`, `card`, `address`, `url-password`, `token`, `private-key`, or the word in the name of its field. */
type Token = (kind: string, value: string) => string;

const scheme = /\b(bearer|basic)(\s+|%20)([A-Za-z0-9._~+/=-]{6,})/gi;
const cookies =
  /\b((?:set-)?cookie2?\s*[:=]\s*)([\w.-]{1,64}=[^\s;,"'«]{1,400}(?:;\s*[\w.-]{1,64}=[^\s;,"'«]{1,400})*)/gi;
// The password in a URL (`amqp://user:password@host`), in a Go data source name (`user:password@tcp(host)`), or a token alone.
const urlPassword = /([a-z][a-z0-9+.-]{1,31}:\/\/[^\s/:@"'<>«]{0,200}):([^\s/"'<>«]{1,400})@/gi;
const urlToken = /([a-z][a-z0-9+.-]{1,31}:\/\/)([^\s/:@"'<>«]{16,400})@/gi;
const sourcePassword = /(?<![\w.«-])([\w.-]{1,64}):([^\s/@"'<>«»]{1,400})@(?=(?:tcp|udp|unix)\()/gi;
const privateKey =
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g;
const webToken = /\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*){0,3}/g;
/** Tokens that their issuers begin so that they are found. */
const issued =
  /(?<![A-Za-z0-9])(?:[sr]k_(?:live|test)_\w{8,}|whsec_[\w+/=]{8,}|gh[opsur]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{35}|ya29\.[\w-]{16,}|sk-(?:[a-z]{2,12}\d{0,2}-)*[A-Za-z0-9_]{20,}|npm_\w{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|hv[sb]\.[\w-]{20,}|dop_v1_\w{32,}|shp(?:at|ss|ca|pa)_\w{24,})/g;
const mailAddress =
  /(?<![\w.+-])(?<!:\/\/)[\w.+-]{1,64}@[A-Za-z0-9-]{1,64}(?:\.[A-Za-z0-9-]{1,64}){0,4}\.[A-Za-z]{2,24}(?![\w-])/g;
// Digits within a longer hexadecimal text (a trace id, a digest) are no card number, even when their check digit fits.
const cardLike = /(?<![\da-f]|\d\.)(?:\d[ -]?){12,18}\d(?![\da-f]|\.\d)/gi;
const cardPrefix = /^(?:[456]|2[2-7]|3[04-9])/;
/**
 * The text with secrets that give themselves away replaced: tokens by their scheme or their first letters, passwords in URLs,
 * fields by their names, private keys, addresses of people and numbers of cards. `nameOf` says which names of fields do.
 */
export function findSecrets(text: string, token: Token, nameOf: typeof isSecretName = isSecretName): string {
  let safe = text;
  if (safe.includes("PRIVATE KEY")) safe = safe.replace(privateKey, (value) => token("private-key", value));
  if (safe.includes("@")) safe = findPasswords(safe, token);
  if (safe.includes("eyJ")) safe = safe.replace(webToken, (value) => token("token", value));
  safe = safe.replace(issued, (value) => token("token", value));
  if (/bearer|basic/i.test(safe)) {
    safe = safe.replace(scheme, (all: string, word: string, gap: string, value: string) =>
      isProse(word, value) ? all : word + gap + token("authorization", value),
    );
  }
  if (/cookie/i.test(safe)) {
    safe = safe.replace(cookies, (_all, before: string, value: string) => before + token("cookie", value));
  }
  safe = findFields(safe, token, nameOf);
  if (safe.includes("@")) safe = safe.replace(mailAddress, (value) => token("address", value));
  if (/\d/.test(safe)) {
    safe = safe.replace(cardLike, (digits) =>
      passesLuhn(digits) ? token("card", digits.replace(/\D/g, "")) : digits,
    );
  }
  return safe;
}

function findPasswords(text: string, token: Token): string {
  const replaced = (all: string, before: string, value: string): string =>
    masked.test(value) ? all : `${before}:${token("url-password", value)}@`;
  return text
    .replace(urlPassword, replaced)
    .replace(urlToken, (_all, before: string, value: string) => `${before}${token("token", value)}@`)
    .replace(sourcePassword, replaced);
}

/** "Basic authentication failed" holds no secret: what a client sends is hardly ever in small letters alone. */
function isProse(word: string, value: string): boolean {
  return /^basic$/i.test(word) && /^[a-z]+$/.test(value);
}

/** Whether digits begin as cards do and end in their check digit; times in digits do the latter by chance. */
function passesLuhn(written: string): boolean {
  const digits = written.replace(/\D/g, "");
  if (digits.length < 13 || digits.length > 19 || /^(\d)\1*$/.test(digits) || !cardPrefix.test(digits))
    return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighed = index % 2 === 1 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}
