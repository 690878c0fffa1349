/** Boxes and arrows of the three networks; texts beside them say the same, so they are hidden from readers. */
export function WriterDiagram({ inputs }: { inputs: readonly string[] }) {
  const height = 132;
  return (
    <svg viewBox={`0 0 300 ${height}`} class="diagram" aria-hidden="true">
      {inputs.map((text, k) => {
        const y = ((k + 0.5) * height) / inputs.length;
        return (
          <g key={text}>
            <text x="0" y={y + 5}>
              {text}
            </text>
            <path d={`M118 ${y} C 140 ${y} 140 66 160 66`} class="wire" />
          </g>
        );
      })}
      <path d="M160 40 L214 14 V118 L160 92 Z" class="net" />
      <text x="187" y="72" class="letter">
        G
      </text>
      <path d="M214 66 H238" class="wire arrow" />
      <PictureGlyph x={242} y={38} />
    </svg>
  );
}

export function DoubterDiagram() {
  return (
    <svg viewBox="0 0 300 132" class="diagram" aria-hidden="true">
      <text x="0" y="20">
        from people
      </text>
      <PictureGlyph x={2} y={26} size={40} />
      <text x="0" y="84">
        from G
      </text>
      <PictureGlyph x={2} y={90} size={40} drawn />
      <path d="M48 46 C 90 46 90 66 120 66 M48 110 C 90 110 90 66 120 66" class="wire" />
      <path d="M120 14 L174 40 V92 L120 118 Z" class="net" />
      <text x="147" y="72" class="letter">
        D
      </text>
      <path d="M174 66 H200" class="wire arrow" />
      <text x="208" y="62">
        by a person
      </text>
      <text x="208" y="80">
        or made up?
      </text>
    </svg>
  );
}

export function ReaderDiagram({ outputs }: { outputs: readonly string[] }) {
  return (
    <svg viewBox="0 0 300 132" class="diagram" aria-hidden="true">
      <PictureGlyph x={2} y={38} drawn />
      <path d="M62 66 H92" class="wire arrow" />
      <path d="M96 14 L150 40 V92 L96 118 Z" class="net" />
      <text x="123" y="72" class="letter">
        Q
      </text>
      {outputs.map((text, k) => {
        const y = ((k + 0.5) * 132) / outputs.length;
        return (
          <g key={text}>
            <path d={`M150 66 C 172 66 172 ${y} 192 ${y}`} class="wire" />
            <text x="198" y={y + 5}>
              {text}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function PictureGlyph({
  x,
  y,
  size = 56,
  drawn = true,
}: {
  x: number;
  y: number;
  size?: number;
  drawn?: boolean;
}) {
  const at = (u: number, v: number) => `${x + u * size} ${y + v * size}`;
  return (
    <g>
      <rect x={x} y={y} width={size} height={size} class="glyph" />
      <path
        d={`M${at(0.3, 0.25)} H${x + 0.7 * size} L${at(0.45, 0.8)}`}
        class={drawn ? 'glyph-ink' : 'glyph-ink dim'}
      />
    </g>
  );
}
