import { Header } from './controls/header.tsx';
import { Remark } from './controls/remark.tsx';
import { usePlayground } from './state/context.ts';
import { Stage } from './views/stage.tsx';

export function App() {
  const { status } = usePlayground();
  return (
    <>
      <Header />
      <main id="main" tabIndex={-1}>
        {status.value.kind === 'failed' ? <Failure sentence={status.value.sentence} /> : <Stage />}
      </main>
      <Remark />
    </>
  );
}

function Failure({ sentence }: { sentence: string }) {
  return (
    <section class="failure" role="alert">
      <h1>No digit yet</h1>
      <p>{sentence}</p>
    </section>
  );
}
