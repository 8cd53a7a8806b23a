/** What stands below a timeline when something in it is chosen. */
import { blockHref } from '../page/route.ts';
import type { Chronicle } from '../record/record.ts';
import { Digest, plural, Section, whole } from '../ui/parts.tsx';
import { Glyph } from './glyph.tsx';
import type { Happening } from './story.ts';

export const Story = ({ story, limit = 400 }: { story: readonly Happening[]; limit?: number }) => (
  <ol class="life">
    {story.slice(0, limit).map(({ block, index, kind, text }) => (
      <li key={`${block}/${index}`}>
        <a class="at" href={blockHref(block)}>
          block {block}
        </a>
        <Glyph kind={kind} />
        <span>{text}</span>
      </li>
    ))}
    {story.length > limit ? <li class="dim">and {story.length - limit} more</li> : null}
  </ol>
);

export const BlockPanel = ({
  record,
  number,
  story,
  otherwise,
}: {
  record: Chronicle;
  number: number;
  story: readonly Happening[];
  /** What is said where there is no such block. */
  otherwise: string;
}) => {
  const block = record.blocks.find((one) => one.number === number);
  const here = story.filter((one) => one.block === number);
  return (
    <Section
      title={`Block ${number}`}
      note={block === undefined ? undefined : <Digest hex={block.hash} keep={18} />}
    >
      <div class="card section">
        {block === undefined ? (
          <p>{otherwise}</p>
        ) : (
          <p class="second">
            {plural(block.sizes.length, 'extrinsic')},{' '}
            {whole(block.sizes.reduce((sum, size) => sum + size, 0))} bytes.
          </p>
        )}
        {block === undefined ? null : here.length === 0 ? (
          <p class="dim">Nothing happened that this page tells of.</p>
        ) : (
          <ol class="life">
            {here.map(({ index, kind, lane, text }) => (
              <li key={index}>
                <span class="at">{lane}</span>
                <Glyph kind={kind} />
                <span>{text}</span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </Section>
  );
};
