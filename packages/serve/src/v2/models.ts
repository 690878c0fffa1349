import { UserError } from '@infogan/contract';
import { Problem } from '../http/problem.ts';
import type { Registry, ServedModel } from '../models/registry.ts';
import { datatypeOf, portsOf, type Graph } from './tensors.ts';

/** A graph under its protocol name: the generator is called as the model, the recognizer `<model>-recognizer`. */
export interface V2Model {
  readonly name: string;
  readonly model: ServedModel;
  readonly graph: Graph;
}

export const RECOGNIZER_SUFFIX = '-recognizer';

/** @throws UserError when a model's name could be taken for another's recognizer */
export function checkModelName(name: string): void {
  if (/^[A-Za-z0-9][\w.-]{0,63}$/.test(name) && !name.endsWith(RECOGNIZER_SUFFIX)) return;
  throw new UserError(
    `serve: a model is named with up to 64 letters, digits, _ . -, and not …${RECOGNIZER_SUFFIX}; got ${name}; write --model name=DIR`,
  );
}

export function listV2Models(registry: Registry): V2Model[] {
  return registry
    .list()
    .flatMap((model): V2Model[] => [
      { name: model.name, model, graph: 'generator' },
      ...(model.manifest.graphs.recognizer === null
        ? []
        : [{ name: model.name + RECOGNIZER_SUFFIX, model, graph: 'recognizer' as const }]),
    ]);
}

/** @throws Problem 404 when there is no such model, or not in that version */
export function findV2Model(registry: Registry, name: string, version: string | undefined): V2Model {
  const models = listV2Models(registry);
  const found = models.find((model) => model.name === name);
  if (found === undefined) {
    const known = models.map((model) => model.name).join(', ');
    throw new Problem('not-found', `no model is called ${name.slice(0, 80)}; there are ${known}`);
  }
  if (version !== undefined && version !== found.model.version) {
    throw new Problem(
      'not-found',
      `${name} is served in version ${found.model.version}; got ${version.slice(0, 80)}`,
    );
  }
  return found;
}

/** The protocol's model metadata. */
export function describeV2Model({ name, model, graph }: V2Model) {
  const { inputs, outputs } = portsOf(model.manifest, graph);
  const describe = (ports: typeof inputs) =>
    ports.map((port) => ({ name: port.name, datatype: datatypeOf(port), shape: [-1, ...port.shape] }));
  return {
    name,
    versions: [model.version],
    platform: 'onnxruntime_onnx',
    inputs: describe(inputs),
    outputs: describe(outputs),
  };
}
