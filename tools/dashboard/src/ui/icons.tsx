/** Small pictures. All are decoration: what they mean is said beside them, or by `label`. */
interface IconProps {
  /** What it says where no word beside it does. */
  label?: string;
  class?: string;
}

const Icon = ({
  label,
  class: extra = '',
  children,
}: IconProps & { children: preact.ComponentChildren }) => (
  // biome-ignore lint/a11y/noSvgWithoutTitle: it has a label, or is hidden from who would read it
  <svg
    class={`icon ${extra}`}
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    {...(label === undefined ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': label })}
  >
    {children}
  </svg>
);

export const Yes = (props: IconProps) => (
  <Icon {...props} class={`good ${props.class ?? ''}`}>
    <path d="m3 8.5 3.2 3.2L13 5" />
  </Icon>
);

export const No = (props: IconProps) => (
  <Icon {...props} class={`bad ${props.class ?? ''}`}>
    <path d="m4 4 8 8m0-8-8 8" />
  </Icon>
);

export const YesOrNo = ({ yes, label }: { yes: boolean; label?: string }) =>
  yes ? <Yes label={label ?? 'yes'} /> : <No label={label ?? 'no'} />;

export const Sun = () => (
  <Icon>
    <circle cx="8" cy="8" r="3" />
    <path
      d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1m8 8 1 1m0-10-1 1m-8 8-1 1"
      stroke-width="1.5"
    />
  </Icon>
);

export const Moon = () => (
  <Icon>
    <path d="M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z" stroke-width="1.6" />
  </Icon>
);

export const Folder = () => (
  <Icon>
    <path d="M1.5 12.5v-9h4.5l1.5 2h7v7Z" stroke-width="1.6" />
  </Icon>
);

export const Brand = () => (
  <svg viewBox="0 0 22 22" aria-hidden="true">
    <rect width="22" height="22" rx="6" fill="var(--accent)" />
    <path
      d="m5.5 7 5.5 9 5.5-9"
      fill="none"
      stroke="var(--surface)"
      stroke-width="2.4"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
);
