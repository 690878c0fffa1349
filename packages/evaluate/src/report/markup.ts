/** HTML that may be put into a page as it is. */
export class Markup {
  readonly html: string;
  constructor(html: string) {
    this.html = html;
  }
}

type Value = string | number | Markup | readonly Value[] | null | undefined | false;

/** Builds HTML; every value that is no `Markup` is escaped. */
export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(
    texts.map((text, i) => text + (i < values.length ? escapeValue(values[i]) : '')).join(''),
  );
}

function escapeValue(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Markup) return value.html;
  if (typeof value === 'object') return value.map(escapeValue).join('');
  return String(value).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
