import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Playground } from './playground.ts';

const Context = createContext<Playground | null>(null);

export const PlaygroundProvider = Context.Provider;

export function usePlayground(): Playground {
  const playground = useContext(Context);
  if (playground === null) throw new Error('a view outside of PlaygroundProvider');
  return playground;
}
