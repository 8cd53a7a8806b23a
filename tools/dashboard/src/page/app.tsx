/** The page: what is open, which view is shown, and how something else is opened. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { BenchView } from '../bench/bench-view.tsx';
import { DisputeView } from '../dispute/dispute-view.tsx';
import { LiveView } from '../live/live-view.tsx';
import { ModelView } from '../model/model-view.tsx';
import { useFollowing } from '../network/follow.ts';
import { NetworkView } from '../network/network-view.tsx';
import type { NamedFiles } from '../record/files.ts';
import { openRecord, withReports } from '../record/open.ts';
import { type Problem, problemText, UnusableRecord } from '../record/problem.ts';
import type { RunRecord } from '../record/record.ts';
import { RunView } from '../run/run-view.tsx';
import { Brand, Folder, Moon, Sun } from '../ui/icons.tsx';
import { Empty } from '../ui/parts.tsx';
import { readAttachments } from './attachments.ts';
import type { Given } from './data.ts';
import { filesOfDrop, filesOfInput, sortDropped } from './dropped.ts';
import { hrefOf, parseRoute, type Route, type View } from './route.ts';
import { chooseTheme, currentTheme } from './theme.ts';

const TABS: readonly { view: View; title: string }[] = [
  { view: 'run', title: 'Run' },
  { view: 'dispute', title: 'Dispute' },
  { view: 'model', title: 'Model' },
  { view: 'bench', title: 'Benchmarks' },
  { view: 'network', title: 'Network' },
];

type Opened =
  | { type: 'nothing' }
  | { type: 'record'; record: RunRecord }
  | { type: 'unusable'; name: string; problems: readonly Problem[] };

const open = (files: NamedFiles | undefined): Opened => {
  if (files === undefined) return { type: 'nothing' };
  try {
    return { type: 'record', record: openRecord(files) };
  } catch (error) {
    if (error instanceof UnusableRecord) {
      return { type: 'unusable', name: files.name, problems: error.problems };
    }
    throw error;
  }
};

const routeOf = (view: View): Route => {
  switch (view) {
    case 'run':
      return { view, focus: undefined };
    case 'dispute':
      return { view, index: 0 };
    case 'model':
      return { view, name: undefined };
    case 'bench':
    case 'network':
      return { view };
  }
};

const useRoute = (): Route => {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const change = () => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', change);
    return () => removeEventListener('hashchange', change);
  }, []);
  return route;
};

const ProblemList = ({ problems }: { problems: readonly Problem[] }) => (
  <ul>
    {problems.map((problem) => (
      <li key={problemText(problem)}>
        <code>
          {problem.file}
          {problem.line === undefined ? '' : `:${problem.line}`}
        </code>{' '}
        {problem.what}
      </li>
    ))}
  </ul>
);

const Problems = ({ problems }: { problems: readonly Problem[] }) =>
  problems.length === 0 ? null : (
    <div class="notice" role="alert">
      <h2>Parts of this could not be read</h2>
      <ProblemList problems={problems} />
    </div>
  );

/** Chooses a folder, or files. */
const Choose = ({ onFiles }: { onFiles(list: FileList): void }) => {
  const folder = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const take = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    if (input.files !== null && input.files.length > 0) onFiles(input.files);
    input.value = '';
  };
  return (
    <>
      <button type="button" class="button primary" onClick={() => folder.current?.click()}>
        <Folder /> Open a record’s folder
      </button>
      <button type="button" class="button" onClick={() => files.current?.click()}>
        Open files
      </button>
      <input
        ref={folder}
        type="file"
        hidden
        data-testid="folder"
        {...{ webkitdirectory: true }}
        onChange={take}
      />
      <input ref={files} type="file" hidden multiple data-testid="files" onChange={take} />
    </>
  );
};

const Welcome = ({
  onFiles,
  onEndpoint,
}: {
  onFiles(list: FileList): void;
  onEndpoint(address: string): void;
}) => (
  <div class="welcome">
    <div class="page-head">
      <h1>Look at a run</h1>
      <p>
        Open the record of a scenario, results of benchmarks, or follow a node. Everything stays on
        this machine: the page sends nothing anywhere.
      </p>
    </div>
    <div class="drop">
      <p class="second">Drop a record’s folder here, or result files, or</p>
      <div class="picker" style={{ justifyContent: 'center' }}>
        <Choose onFiles={onFiles} />
      </div>
    </div>
    <form
      class="endpoint"
      onSubmit={(event) => {
        event.preventDefault();
        const address = String(
          new FormData(event.currentTarget as HTMLFormElement).get('endpoint') ?? '',
        );
        if (address.trim() !== '') onEndpoint(address.trim());
      }}
    >
      <input
        name="endpoint"
        aria-label="Address of a node"
        placeholder="ws://127.0.0.1:9944"
        autocomplete="off"
        spellcheck={false}
      />
      <button type="submit" class="button">
        Follow this node
      </button>
    </form>
  </div>
);

export const App = ({ given }: { given: Given }) => {
  const route = useRoute();
  const [theme, setTheme] = useState(currentTheme);
  const [opened, setOpened] = useState<Opened>(() => open(given.record));
  const [texts, setTexts] = useState(given.attachments);
  const [endpoints, setEndpoints] = useState(given.endpoints);
  const following = useFollowing(endpoints);
  /** Of a record and a chain, which the run is of: what was opened last. */
  const [wantsLive, setWantsLive] = useState(given.record === undefined);
  const [isChoosing, setChoosing] = useState(false);
  const [isDragging, setDragging] = useState(false);
  const attached = useMemo(() => readAttachments(texts), [texts]);
  const record = useMemo(
    () => (opened.type === 'record' ? withReports(opened.record, attached.compiled) : undefined),
    [opened, attached],
  );

  const take = useCallback(async (found: ReturnType<typeof filesOfInput>) => {
    const dropped = await sortDropped(found);
    if (dropped.record !== undefined) {
      setOpened(open(dropped.record));
      setWantsLive(false);
    }
    if (dropped.attachments.size > 0) {
      setTexts((before) => new Map([...before, ...dropped.attachments]));
      if (dropped.record === undefined) location.hash = hrefOf({ view: 'bench' });
    }
    if (dropped.record === undefined && dropped.attachments.size === 0) {
      setOpened({
        type: 'unusable',
        name: found[0]?.path.split('/')[0] ?? 'what was dropped',
        problems: [
          {
            file: found[0]?.path ?? '.',
            what: 'there is no record and no result in what was opened. A record is the folder that `veritrace scenario run` names.',
          },
        ],
      });
    }
    setChoosing(false);
  }, []);

  useEffect(() => {
    const over = (event: DragEvent) => {
      event.preventDefault();
      setDragging(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setDragging(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setDragging(false);
      if (event.dataTransfer !== null) filesOfDrop(event.dataTransfer).then(take);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [take]);

  const title = record?.summary.scenario;
  useEffect(() => {
    document.title = title === undefined ? 'Veritrace' : `${title} – Veritrace`;
  }, [title]);

  // Another view begins at its top, and is what a screen reader goes on with.
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [route.view]);

  const onFiles = (list: FileList) => {
    take(filesOfInput(list));
  };
  const onEndpoint = (address: string) => {
    setEndpoints(address.split(/[\s,]+/));
    setWantsLive(true);
    setChoosing(false);
    location.hash = hrefOf({ view: 'network' });
  };

  const needsRecord = (what: string) => (
    <Empty title="No record is open">
      {what} come from the record of a run. Open one above, or drop its folder here.
    </Empty>
  );

  const isLive = endpoints.length > 0 && (wantsLive || opened.type === 'nothing');

  const runView = (focus: Extract<Route, { view: 'run' }>['focus']) => (
    <>
      {endpoints.length === 0 || record === undefined ? null : (
        <nav class="picker" aria-label="What the run is of">
          {[
            { title: record.name, live: false },
            { title: 'The chain that is followed', live: true },
          ].map(({ title, live }) => (
            <a
              key={title}
              class="pick"
              href={hrefOf({ view: 'run', focus: undefined })}
              onClick={() => setWantsLive(live)}
              {...(live === isLive ? { 'aria-current': 'true' as const } : {})}
            >
              {title}
            </a>
          ))}
        </nav>
      )}
      {isLive ? (
        <LiveView following={following} focus={focus} />
      ) : record === undefined ? (
        needsRecord('Timelines')
      ) : (
        <RunView record={record} focus={focus} />
      )}
    </>
  );

  const content = () => {
    if (isChoosing) return <Welcome onFiles={onFiles} onEndpoint={onEndpoint} />;
    const hasNothing = opened.type === 'nothing' && texts.size === 0 && endpoints.length === 0;
    if (hasNothing && route.view !== 'network') {
      return <Welcome onFiles={onFiles} onEndpoint={onEndpoint} />;
    }
    const isOfRecord = route.view === 'dispute' || route.view === 'model';
    if (opened.type === 'unusable' && (isOfRecord || (route.view === 'run' && !isLive))) {
      return (
        <div class="notice error" role="alert">
          <h2>{opened.name} cannot be shown</h2>
          <ProblemList problems={opened.problems} />
        </div>
      );
    }
    switch (route.view) {
      case 'run':
        return runView(route.focus);
      case 'dispute':
        return record === undefined ? (
          needsRecord('Disputes')
        ) : (
          <DisputeView record={record} index={route.index} />
        );
      case 'model':
        return record === undefined ? (
          needsRecord('Models')
        ) : (
          <ModelView record={record} name={route.name} />
        );
      case 'bench':
        return <BenchView results={attached.results} gates={attached.gates} />;
      case 'network':
        return <NetworkView endpoints={endpoints} following={following} onEndpoint={onEndpoint} />;
    }
  };

  const problems = [
    ...(record === undefined || isChoosing ? [] : record.problems),
    ...attached.problems,
  ];
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <div class={isDragging ? 'dragging' : ''}>
      <header class="bar">
        <button type="button" class="skip" onClick={() => main.current?.focus()}>
          Skip to the content
        </button>
        <div class="bar-inner">
          <a class="brand" href={hrefOf({ view: 'run', focus: undefined })}>
            <Brand /> Veritrace
          </a>
          <nav class="tabs" aria-label="Views">
            {TABS.map(({ view, title }) => (
              <a
                key={view}
                class="tab"
                href={hrefOf(routeOf(view))}
                onClick={() => setChoosing(false)}
                {...(route.view === view && !isChoosing ? { 'aria-current': 'page' as const } : {})}
              >
                {title}
              </a>
            ))}
          </nav>
          <div class="tools">
            <button type="button" class="button quiet" onClick={() => setChoosing(!isChoosing)}>
              <Folder /> Open
            </button>
            <button
              type="button"
              class="button quiet"
              aria-label={`Use the ${other} theme`}
              onClick={() => {
                chooseTheme(other);
                setTheme(other);
              }}
            >
              {theme === 'dark' ? <Sun /> : <Moon />}
            </button>
          </div>
        </div>
      </header>
      <main id="content" ref={main} tabIndex={-1}>
        <Problems problems={problems} />
        {content()}
      </main>
    </div>
  );
};
