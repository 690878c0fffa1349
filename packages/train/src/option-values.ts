import { InvalidArgumentError } from 'commander';

/** Parses an option that is a number. @throws InvalidArgumentError, which commander prints with the option's name */
export function number(what: string, low: number, high: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`${what} is a number from ${low} to ${high}, got ${text}.`);
  };
}

export function whole(what: string, low: number, high: number) {
  const parse = number(what, low, high);
  return (text: string): number => {
    const value = parse(text);
    if (Number.isInteger(value)) return value;
    throw new InvalidArgumentError(`${what} is a whole number, got ${text}.`);
  };
}
